"""The contract between a skill and the car, in one page.

A skill is a class in `skills/<name>/skill.py`. Each async method marked with `intent` does one
thing that people ask for::

    class Sunshade(Skill):
        manifest = Manifest(
            name="sunshade",
            version="1.0.0",
            summary_en="rear sunshade",
            summary_zh="后遮阳帘",
            actuates=("Vehicle.Cabin.RearShade.Position",),
        )

        @intent(
            domain="sunroof",
            en=("lower the rear shade to {value}", ...),      # at least four in each language;
            zh=("后遮阳帘降到{value}", ...),              # the model learns the intent from them
        )
        async def lower(self, cabin: Cabin, value: Percent | None = None) -> Said:
            position = 100 if value is None else value
            await cabin.actuate({"Vehicle.Cabin.RearShade.Position": position})
            return cabin.say("Rear shade down.", "后遮阳帘已放下")

What the platform does for you:

- **Slots.** A parameter's name says which words of the sentence it takes (`value`, `option`,
  `colour`, `query`, `place`, `person`, `time`, `text`), its type hint what they become. Several
  types (`Level | Percent`) are tried in order. Words that can't be understood or are out of range,
  and a missing value without a default, become a question to the person; the method is not called.
  `sign` takes no words but the number of the road sign that was seen, if one was.
- **Safety.** `actuate` goes through the vehicle's one policy with the speaker's seat and your
  manifest. A refusal or a confirmation that it wants is an exception that you let pass.
- **Undo.** Every value written is recorded with the value before.
- **Errors.** Whatever a method raises, and a method that takes too long, costs this one request.
- **Isolation.** Skills that are not part of this product run each in a process of its own, with no
  access to anything but their folder, one call at a time (docs/writing-a-skill.md).
- **Memory.** A skill object lives as long as its car: attributes are remembered, never saved.
  `cabin.storage` is saved, for manifests that say `storage=True`.
- **Questions.** `ask`, `choose` and `confirm` end the call with a question; the answer calls the
  method again with the slot filled, or with `cabin.confirmed`.
- **Names.** A method marked with `informed("names")` is asked what the skill's contacts, places or
  titles are called: `cabin.event("names", {"names": [...]})` makes them recognisable in speech.
- **Between turns.** Methods marked with `observe`, `informed` and `scheduled` are called when a
  signal changes, when the head unit tells something (contacts, a message), and at a time that
  `cabin.schedule` set. What they return is said to the cabin; None says nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, ClassVar, Protocol, TypeVar

from cabin_agent.turn import Asked, Degree, Language, Step
from cabin_agent.understanding.entities import ClockTime, Colour
from vehicle_bus.values import Scalar, Zone
from vehicle_bus.zones import ZonePaths

__all__ = ["ClockTime", "Colour"]

# -- what the words become ---------------------------------------------------------------------


class Temperature(float):
    """Cabin air in °C, 16 to 30; Fahrenheit is converted. "twenty two and a half" -> 22.5"""


class Percent(int):
    """0 to 100. "half way" -> 50"""


class Level(int):
    """1 to 3: low, medium, high. "level two" -> 2"""


class Volume(int):
    """Loudness in percent, 0 to 100. "thirty" -> 30"""


class Number(float):
    """Any number."""


class Duration(float):
    """Seconds. "a minute and a half" -> 90.0"""


class Text(str):
    """The words as they were said."""


class Place(str):
    """The name of a place as it was said."""


class Person(str):
    """The name of a person as it was said."""


class Date(str):
    """A day as it was said."""


class Option(Enum):
    """A choice of one's own: each member is (code, the words people say for it)::

    class Air(Option):
        FEET = ("DOWN", ("feet", "legs", "脚", "腿"))
    """

    def __init__(self, code: str, words: tuple[str, ...]) -> None:
        self.code = code
        self.words = words


# -- what a skill declares -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Manifest:
    """Who the skill is and what it may touch.

    `name` is the folder's name and the first half of its intents' ids. `reads` and `actuates` are
    patterns of VSS paths in which `*` stands for one or more branches
    (`Vehicle.Cabin.Seat.*.HeatingCooling`); what it actuates it may also read. The summaries
    finish the sentence "I can look after ...". `storage`: it keeps things beyond a drive.
    `network`: it asks web servers; spelled out as `network=True`, or it gets none.
    """

    name: str
    version: str
    summary_en: str
    summary_zh: str
    reads: tuple[str, ...] = ()
    actuates: tuple[str, ...] = ()
    storage: bool = False
    network: bool = False


@dataclass(frozen=True, slots=True)
class Phrases:
    """What `intent` leaves on a method."""

    domain: str
    en: tuple[str, ...]
    zh: tuple[str, ...]
    reversible: bool
    name: str


Method = TypeVar("Method", bound=Callable[..., Awaitable["Said"]])


def intent(
    *,
    domain: str,
    en: tuple[str, ...],
    zh: tuple[str, ...],
    reversible: bool = True,
    name: str = "",
) -> Callable[[Method], Method]:
    """Mark a method as the intent `<skill>.<name>`; the method's own name unless given.

    `en` and `zh` are what people say, with `{parameter}` for a slot and `{zone}` for a place.
    `reversible` intents may be done before the speaker has finished and taken back if the sentence
    goes on differently; set it to False where that would startle or harm.
    """

    def mark(method: Method) -> Method:
        method.__dict__["declared"] = Phrases(domain, en, zh, reversible, name or method.__name__)
        return method

    return mark


@dataclass(frozen=True, slots=True)
class Background:
    """What `observe`, `informed` and `scheduled` leave on a method: `kind` is one of these names,
    `on` the signal pattern or the topic."""

    kind: str
    on: str = ""


Called = TypeVar("Called", bound=Callable[..., Awaitable["Said | None"]])


def observe(pattern: str) -> Callable[[Called], Called]:
    """Call `method(self, cabin, path, value)` when a signal of the manifest's `reads` changes."""
    return _background(Background("observe", pattern))


def informed(topic: str) -> Callable[[Called], Called]:
    """Call `method(self, cabin, payload)` when the head unit tells something about `topic`."""
    return _background(Background("informed", topic))


def scheduled() -> Callable[[Called], Called]:
    """Let `cabin.schedule` call `method(self, cabin, data)`."""
    return _background(Background("scheduled"))


def _background(mark: Background) -> Callable[[Called], Called]:
    def marked(method: Called) -> Called:
        method.__dict__["background"] = mark
        return method

    return marked


class Skill:
    """The base class: no constructor arguments, one `manifest`."""

    manifest: ClassVar[Manifest]


# -- what a method gets and gives ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """The reply, in the speaker's language, at most 120 characters.

    `asked`: the slot that the answer is for, and what it can be chosen from; `confirms`: the answer
    is a yes or a no; `then`: what a yes to a suggestion does.
    """

    text: str
    expects_answer: bool = False
    asked: Asked | None = None
    confirms: bool = False
    then: Step | None = None


class CannotDo(Exception):
    """Raise it to say why not; what the method has changed so far is put back."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en = en
        self.zh = zh


class NotDeclared(PermissionError):
    """The skill touched a signal that its manifest does not declare."""


class TooMuch(ValueError):
    """A skill wants to keep more than it may."""


class Storage(Protocol):
    """A skill's own small store of JSON values; saved at once."""

    def get(self, key: str, default: Any = None) -> Any:
        """The value under `key`."""

    def set(self, key: str, value: Any) -> None:
        """Keep a value. TooMuch beyond 1 MiB in all; TypeError for what is no JSON."""

    def delete(self, key: str) -> None:
        """Forget it; nothing happens if there is none."""


class Cabin(Protocol):
    """The car as one call sees it."""

    @property
    def speaker(self) -> Zone:
        """The seat of the person who asks."""

    @property
    def zones(self) -> tuple[Zone, ...]:
        """The seats this is for, at least one."""

    @property
    def explicit_place(self) -> bool:
        """Whether a place was said ("... in the back"); otherwise `zones` is the speaker's."""

    @property
    def degree(self) -> Degree:
        """How much: a bit, a lot, all the way, the lowest, or nothing said."""

    @property
    def words(self) -> str:
        """The whole sentence, lower case, without punctuation: for what no slot holds."""

    @property
    def language(self) -> Language: ...

    @property
    def place(self) -> str:
        """`zones` in the speaker's language, to start a reply with: "Rear left", "左后"."""

    @property
    def confirmed(self) -> bool:
        """Whether the person has said yes to `confirm`."""

    @property
    def storage(self) -> Storage:
        """What the skill keeps. NotDeclared without `storage=True` in the manifest."""

    @property
    def skills(self) -> tuple[Manifest, ...]:
        """Every skill that is loaded."""

    def now(self) -> datetime:
        """The time of day where the car is."""

    def paths(self, zone: Zone) -> ZonePaths:
        """The branches of the door, seat, HVAC station and lights that belong to a seat."""

    async def get(self, path: str) -> Scalar | None:
        """A signal's value, or None if the car does not publish it."""

    async def actuate(
        self, values: Mapping[str, Scalar], undo: Mapping[str, Scalar] | None = None
    ) -> None:
        """Request target values, all or nothing.

        A momentary command (`...Switch: OPEN`) is not undone by its value before: `undo` names
        what takes it back.
        """

    def event(self, name: str, payload: Mapping[str, Any]) -> None:
        """Hand something to the head unit that is no signal; sent only if the method succeeds."""

    def say(self, en: str, zh: str) -> Said:
        """The reply in the speaker's language."""

    def ask(self, en: str, zh: str, slot: str = "") -> Said:
        """A question back; the answer fills the slots and the method is called again. `slot`: the
        one asked for, so that a bare name or a dictated text is taken as the answer."""

    def choose(self, en: str, zh: str, slot: str, options: Sequence[str]) -> Said:
        """A question with answers to choose from ("the second one", or its name); the method is
        called again with that option as the words of `slot`. At most 21 (Android car lists)."""

    def confirm(self, en: str, zh: str) -> Said:
        """A question for a yes; after it the method is called again with `confirmed`."""

    def suggest(self, en: str, zh: str, intent: str, words: str = "", **slots: str) -> Said:
        """Between turns: a question whose yes runs `intent`, one of the skill's own, for the
        driver, as if it had been said with `words` and `slots`."""

    def schedule(
        self, key: str, when: datetime | float, method: str, data: Mapping[str, Any]
    ) -> None:
        """Call `method`, marked with `scheduled`, at a time of day or in some seconds. It survives
        a restart; what came due meanwhile is called then. `key` replaces an earlier one."""

    def unschedule(self, key: str) -> None:
        """Forget it; nothing happens if there is none."""
