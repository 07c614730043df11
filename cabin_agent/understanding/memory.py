"""What a conversation remembers: the last things done, the open question, what can be undone.

A reference ("the other one too", "a bit more") is understood for `REFERENCE_S` after the turn it
refers to; a question of ours stays open for `QUESTION_S`; the words of the turn before tell what
short replies mean ("warmer") for `WORDS_S`. People answer a question within seconds or not at all;
a reference survives a short talk in between.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from cabin_agent.turn import Asked, Consent, Outcome, Reply, Status, Step

REFERENCE_S = 90.0
QUESTION_S = 20.0
WORDS_S = 45.0
UNDO_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Question:
    """Something we asked: `steps` wait for a yes (`confirming`: whose question it is) or for what
    is missing (`asked`)."""

    steps: tuple[Step, ...]
    text: str
    confirming: Consent
    asked_at: float
    asked: Asked | None = None

    @property
    def granted(self) -> Consent:
        """What a yes to it allows: having been heard right allows nothing yet."""
        return Consent.NONE if self.confirming is Consent.HEARING else self.confirming


@dataclass(frozen=True, slots=True)
class Memory:
    """One conversation's memory. Every change makes a new value."""

    last_steps: tuple[Step, ...] = ()
    last_at: float = float("-inf")
    last_reply: Reply | None = None
    last_words: str = ""
    words_at: float = float("-inf")
    question: Question | None = None
    history: tuple[tuple[Outcome, ...], ...] = ()

    def recent_steps(self, now: float) -> tuple[Step, ...]:
        """The steps of the last acting turn, while a reference to them still makes sense."""
        return self.last_steps if now - self.last_at <= REFERENCE_S else ()

    def open_question(self, now: float) -> Question | None:
        """Our question, while an answer to it is still to be expected."""
        question = self.question
        return question if question and now - question.asked_at <= QUESTION_S else None

    def recent_words(self, now: float) -> str:
        """What was said to us in the turn before, while it still matters; empty otherwise."""
        return self.last_words if now - self.words_at <= WORDS_S else ""

    def heard(self, words: str, now: float) -> Memory:
        return replace(self, last_words=words, words_at=now)

    def asked(self, question: Question | None) -> Memory:
        return replace(self, question=question)

    def replied(self, reply: Reply) -> Memory:
        return replace(self, last_reply=reply)

    def did(self, outcomes: tuple[Outcome, ...], now: float) -> Memory:
        """Remember what was done: only steps that ran can be referred to or undone."""
        done = tuple(outcome for outcome in outcomes if outcome.status is Status.DONE)
        if not done:
            return self
        changed = tuple(outcome for outcome in done if outcome.changes)
        history = (*self.history, changed)[-UNDO_DEPTH:] if changed else self.history
        steps = tuple(outcome.step for outcome in done)
        return replace(self, last_steps=steps, last_at=now, history=history)

    def undone(self) -> Memory:
        return replace(self, history=self.history[:-1])
