"""What of our own voice is in the air of the cabin: every microphone may hear it."""

from __future__ import annotations

from dataclasses import dataclass, field

from cabin_agent.speaking.mouth import Mouth


@dataclass(slots=True)
class Air:
    """Shared by all seats of one car."""

    _mouths: list[Mouth] = field(default_factory=list)

    def enter(self, mouth: Mouth) -> None:
        self._mouths.append(mouth)

    def leave(self, mouth: Mouth) -> None:
        self._mouths.remove(mouth)

    @property
    def replies(self) -> tuple[str, ...]:
        """The replies that can be heard now."""
        return tuple(reply for mouth in self._mouths if (reply := mouth.audible))
