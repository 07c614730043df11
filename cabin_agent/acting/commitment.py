"""When to act on words that may still change, and when the speaker has finished.

In a classic chain the wait after the last word is the endpointer's fixed silence (0.5-1.2 s). Here
the model's own completeness decides: a complete, confident and reversible request is acted on after
a short pause, and amended if the speaker goes on; an incomplete one is given more time.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass

from cabin_agent.turn import Route, Understanding


@dataclass(frozen=True, slots=True)
class Patience:
    """Thresholds in seconds of silence after the last word, and probabilities in 0..1.

    Human turn gaps are about 0.2 s (Stivers et al. 2009), so acting earlier than that on a pause
    would interrupt people; `endpoint_open_s` is the classic chain's silence, for open sentences.
    `confident` is asked for to act early, `sure` for what can't be taken back. What was heard with
    less than `heard` (the probability that every word is right) is asked back before it is done.
    Another guess at what was heard must make `clearer` more sense than the first.
    """

    commit_s: float = 0.2
    endpoint_complete_s: float = 0.4
    endpoint_open_s: float = 1.0
    addressed: float = 0.5
    complete: float = 0.6
    confident: float = 0.6
    hopeless: float = 0.15
    sure: float = 0.7
    heard: float = 0.5
    clearer: float = 0.2

    def may_commit(
        self, understanding: Understanding, silence_s: float, reversible: Container[str]
    ) -> bool:
        """Whether to act now, before the utterance has ended."""
        return (
            silence_s >= self.commit_s
            and understanding.route is Route.ACT
            and bool(understanding.actions)
            and understanding.addressed >= self.addressed
            and understanding.complete >= self.complete
            and all(
                action.confidence >= self.confident and action.intent in reversible
                for action in understanding.actions
            )
        )

    def is_over(self, understanding: Understanding | None, silence_s: float) -> bool:
        """Whether the speaker has finished, judged by what was said and how long ago."""
        complete = understanding is not None and understanding.complete >= self.complete
        return silence_s >= (self.endpoint_complete_s if complete else self.endpoint_open_s)

    def clearest(self, first: Understanding, others: Iterable[Understanding]) -> Understanding:
        """Of what an utterance may have meant, what makes the most sense: `first` unless another
        one makes `clearer` more."""
        best = first
        for other in others:
            if other.sense > best.sense + self.clearer:
                best = other
        return best
