"""What a car wants to be able to hear, beyond what its model was built with."""

from __future__ import annotations

from dataclasses import dataclass

from cabin_agent.errors import BadRequest

MOST_NAMES = 50_000
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class CarWords:
    """`phrases`: whole sentences that skills declare, `{slot}` where anything may follow.
    `names`: contacts, places, titles, what is on the screen. Raises BadRequest for more names than
    a graph can hold in a car's memory."""

    phrases: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.names) > MOST_NAMES:
            cause = f"names: {len(self.names):,} names, at most {MOST_NAMES:,} can be listened for"
            raise BadRequest(cause, "send those that are likely to be said (recent, favourite)")
