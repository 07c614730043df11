"""One turn while it happens: what was said, heard, done, and which expectations are still open."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from simulator import head_unit
from simulator.head_unit import Event
from simulator.language.conditions import show
from simulator.language.turns import TurnScript
from simulator.report import Check, HeardText, Moment, SignalChange, Span, TurnReport
from simulator.signal_watch import SignalWatch
from simulator.world import Actuation
from vehicle_bus.values import Scalar, Zone

EARLY_END_S = 0.3
"""So long before the true last sample an assistant may call the speech ended: the fading of a
last word is hardly audible."""


@dataclass(slots=True)
class TurnRecord:
    """Collects a turn. Times are seconds since the start of the run; `last_word` is the true end of
    the speech, which the simulator knows."""

    number: int
    script: TurnScript
    began: float
    last_word: float
    speed: float
    ended: float | None = None
    heard: str = ""
    partials: list[HeardText] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    speech: list[Span] = field(default_factory=list)
    summaries: list[head_unit.TurnEnded] = field(default_factory=list)
    refusals: list[head_unit.Refused] = field(default_factory=list)
    question: str = ""
    answered: str = ""
    changes: list[SignalChange] = field(default_factory=list)
    handed_over: list[str] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)
    amended: bool = False
    reply_pcm: bytearray = field(default_factory=bytearray)
    reply_rate: int = 0
    microphone_pcm: bytearray = field(default_factory=bytearray)
    checks: list[Check] = field(default_factory=list)
    _summarised_at: float | None = None
    answer_at: float | None = None
    _replied_at: float | None = None
    _watch: SignalWatch = field(init=False)
    _elsewhere: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._watch = SignalWatch(self.script.expect.signals, self.script.expect.places)

    def speaks(self, start: float, seconds: float) -> None:
        """Note that the person talks: the words, or the answer to a question."""
        self.last_word = start + seconds
        self.speech.append(Span(start, self.last_word))

    def take(self, event: Event, now: float) -> None:
        """Note what the assistant said about this turn's seat."""
        if name := _moment(event):
            self.moments.append(Moment(name, now))
        match event:
            case head_unit.Partial(text=text):
                self.partials.append(HeardText(text, now))
            case head_unit.Refused():
                if event not in self.refusals:
                    self.refusals.append(event)
            case head_unit.Amended():
                self.amended = True
            case head_unit.Asked(question=question):
                self.question = question
            case head_unit.ReplyText(text=text):
                self.replies.append(text)
                self._replied_at = now if self._replied_at is None else self._replied_at
            case head_unit.ReplyAudio(pcm=pcm, sample_rate=rate):
                self.reply_pcm += pcm
                self.reply_rate = rate
            case head_unit.HandedOver(name=name, payload=payload):
                self.handed_over.append(f"{name} {payload}")
            case head_unit.TurnEnded():
                self._summarised_at = now
                self._summarise(event)

    def take_elsewhere(self, zone: Zone, event: Event) -> None:
        """Note that another seat's line claims to have heard something."""
        if isinstance(event, head_unit.TurnEnded) and event.addressed and event.heard:
            self._elsewhere.append(f"{zone}: {event.heard!r}")

    def take_actuation(self, actuation: Actuation, now: float) -> None:
        """Note a target that reached the car, `now` on the run's time."""
        self.changes.append(
            SignalChange(
                actuation.path,
                actuation.before,
                actuation.after,
                now,
                round((now - self.last_word) * 1000, 1),
            )
        )

    def settled(self, value_of: Callable[[str], Scalar | None], now: float) -> Iterator[Check]:
        """The signal expectations that are decided now: met, or past their deadline."""
        late = now > self.last_word + self.script.expect.within
        for check in self._watch.settled(value_of, now, late):
            self.checks.append(check)
            yield check

    @property
    def waiting(self) -> tuple[str, ...]:
        """Paths whose expectations are not decided yet."""
        return self._watch.waiting

    def hears(self, seat: Zone) -> bool:
        """Whether `seat`'s microphone is the one this turn is spoken into."""
        return self.ended is None and not self.script.typed and self.script.seat == seat

    def over(self, now: float) -> bool:
        """Whether everything has been said and the assistant has summed it up since."""
        summarised = self._summarised_at
        return (
            summarised is not None
            and now >= self.last_word
            and summarised >= self.last_word - EARLY_END_S
        )

    def end(self, now: float) -> Iterator[Check]:
        """Close the turn and judge everything but signals."""
        self.ended = now
        for check in self._judge(now):
            self.checks.append(check)
            yield check

    def report(self) -> TurnReport:
        last = self.summaries[-1] if self.summaries else None
        first = next((s for s in self.summaries if s.last_word_to_action_ms is not None), None)
        return TurnReport(
            number=self.number,
            seat=self.script.seat,
            language=self.script.language,
            voice=self.script.voice,
            text=self.script.text,
            typed=self.script.typed,
            began=self.began,
            last_word=self.last_word,
            ended=self.ended,
            speed=self.speed,
            heard=self.heard,
            partials=tuple(self.partials),
            route=last.route if last else "",
            addressed=last.addressed if last else None,
            actions=self._actions(),
            refusals=tuple(self.refusals),
            question=self.question,
            answered=self.answered,
            changes=tuple(self.changes),
            amended=self.amended,
            handed_over=tuple(self.handed_over),
            reply=self.reply,
            latency_ms=self.changes[0].after_last_word_ms if self.changes else None,
            service_latency_ms=first.last_word_to_action_ms if first else None,
            checks=tuple(self.checks),
            undecided=self.waiting,
            reply_pcm=bytes(self.reply_pcm),
            reply_rate=self.reply_rate,
            microphone_pcm=bytes(self.microphone_pcm),
            speech=tuple(self.speech),
            moments=tuple(self.moments),
            stamps_ms=_after_last_word(last.stamps) if last else {},
            place=self.script.place,
        )

    @property
    def reply(self) -> str:
        return " ".join(self.replies)

    def _summarise(self, summary: head_unit.TurnEnded) -> None:
        self.summaries.append(summary)
        self.heard = f"{self.heard} {summary.heard}".strip()
        self.amended = self.amended or summary.amended
        if summary.reply and summary.reply not in self.replies:
            self.replies.append(summary.reply)
        self.refusals += [each for each in summary.refusals if each not in self.refusals]

    def _actions(self) -> tuple[head_unit.Action, ...]:
        return tuple(action for summary in self.summaries for action in summary.actions)

    def _judge(self, now: float) -> Iterator[Check]:
        expect, place = self.script.expect, self._place
        yield Check(
            "the turn ends",
            "an end",
            "an end" if self.summaries else "none",
            bool(self.summaries) or bool(expect.not_addressed) or expect.unanswered is not None,
            now,
        )
        if self._elsewhere:
            yield Check(
                "heard at the speaker's seat", "only", "; ".join(self._elsewhere), False, now
            )
        if expect.heard is not None:
            yield _found("heard", expect.heard, self.heard, now, place("heard"))
        if expect.reply is not None:
            yield _found("reply", expect.reply, self.reply, now, place("reply"))
        if expect.not_said is not None:
            held = re.search(expect.not_said, self.reply, re.IGNORECASE) is None
            wanted, said = f"no /{expect.not_said}/", self.reply or "nothing"
            yield Check("not said", wanted, said, held, now, place("not_said"))
        yield from self._judge_times(now)
        if expect.unanswered is not None:
            unanswered = not self.summaries and not self.replies
            yield _flag("unanswered", expect.unanswered, unanswered, now, place("unanswered"))
        if expect.reason is not None:
            reasons = "; ".join(refusal.reason for refusal in self.refusals)
            yield _found("reason", expect.reason, reasons, now, place("reason"))
        if expect.intents is not None:
            got = [action.intent for action in self._actions()]
            wanted = ", ".join(expect.intents)
            held = tuple(got) == expect.intents
            shown = ", ".join(got) or "none"
            yield Check("intents", wanted, shown, held, now, place("intents"))
        if expect.refused is not None:
            yield self._refusal(expect.refused, now, place("refused"))
        if expect.asked is not None:
            yield _flag("asked", expect.asked, bool(self.question), now, place("asked"))
        if expect.not_addressed is not None:
            ignored = not any(summary.addressed for summary in self.summaries)
            flag = expect.not_addressed
            yield _flag("not addressed", flag, ignored, now, place("not_addressed"))
        if expect.no_change is not None:
            paths = ", ".join(change.path for change in self.changes)
            yield Check(
                "no change",
                show(expect.no_change),
                paths or "no change",
                expect.no_change is (not self.changes),
                now,
                place("no_change"),
            )

    def _judge_times(self, now: float) -> Iterator[Check]:
        expect = self.script.expect
        if (limit := expect.latency_ms) is not None:
            took = self.changes[0].after_last_word_ms if self.changes else None
            got = "no signal" if took is None else f"{took:g} ms"
            held = took is not None and took <= limit
            yield Check("latency", f"<= {limit:g} ms", got, held, now, self._place("latency_ms"))
        if (limit := expect.reply_within) is not None:
            after = None if self._replied_at is None else self._replied_at - self.last_word
            got = "no reply" if after is None else f"{after:.2f} s"
            held = after is not None and after <= limit
            wanted, place = f"within {limit:g} s", self._place("reply_within")
            yield Check("the reply comes", wanted, got, held, now, place)

    def _place(self, key: str) -> str:
        return self.script.expect.places.get(key, "")

    def _refusal(self, wanted: bool | str, now: float, place: str) -> Check:
        rules = [refusal.rule for refusal in self.refusals]
        held = wanted in rules if isinstance(wanted, str) else wanted is bool(rules)
        return Check("refused", show(wanted), ", ".join(rules) or "not refused", held, now, place)


def _found(what: str, pattern: str, text: str, now: float, place: str) -> Check:
    held = re.search(pattern, text, re.IGNORECASE) is not None
    return Check(what, f"/{pattern}/", text or "nothing", held, now, place)


def _flag(what: str, wanted: bool, got: bool, now: float, place: str) -> Check:
    return Check(what, show(wanted), show(got), wanted is got, now, place)


def _moment(event: Event) -> str:
    """The name of what a person would want to see on the line of time."""
    match event:
        case head_unit.SpeechStarted():
            return "speech noticed"
        case head_unit.SpeechStopped():
            return "end noticed"
        case head_unit.Understood(final=True):
            return "understood"
        case head_unit.ActionDone(status="done"):
            return "acted"
        case head_unit.Refused():
            return "refused"
        case head_unit.Amended():
            return "amended"
        case head_unit.Asked():
            return "asked"
        case head_unit.ReplyText():
            return "reply"
        case _:
            return ""


def _after_last_word(stamps: Mapping[str, float]) -> dict[str, float]:
    """Milliseconds after the end of speech, as the assistant took it."""
    zero = stamps.get("last_word")
    if zero is None:
        return {}
    return {name: round((at - zero) * 1000, 1) for name, at in stamps.items()}
