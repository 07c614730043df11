"""One car's assistant: the organs put together, its seats, and who listens to what happens."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections import OrderedDict
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from cabin_agent import events
from cabin_agent.acting.commitment import Patience
from cabin_agent.acting.wording import Phrase, say
from cabin_agent.background import Background
from cabin_agent.config import Config
from cabin_agent.errors import BadRequest, LimitReached, NothingToUndo, UnknownTurn, ZoneTaken
from cabin_agent.hearing.floor import Floor
from cabin_agent.hearing.frames import AudioFormat
from cabin_agent.hearing.stream import HearingStream
from cabin_agent.hearing.vocabulary.words import CarWords
from cabin_agent.pipeline import Conversation, Emit, Organs
from cabin_agent.sdk.handle import WallClock
from cabin_agent.sdk.loader import Loader, Reloaded
from cabin_agent.sdk.registry import Registry
from cabin_agent.sdk.run import Performed, Runner
from cabin_agent.sdk.storage import Home
from cabin_agent.seeing.eyes import Eyes
from cabin_agent.seeing.frames import Frame
from cabin_agent.speaking.mouth import Mouth
from cabin_agent.speaking.voice import Speech, Voice
from cabin_agent.turn import Change, Language, Outcome, Reply, Turn, Zone
from cabin_agent.understanding import diary
from cabin_agent.understanding.explain import Explanation, explain
from cabin_agent.understanding.memory import Memory
from cabin_agent.understanding.session import Understander
from vehicle_bus.bus import Bus
from vehicle_bus.presentation import Presentation, Row, follow, presentation
from vehicle_bus.situation import VehicleProfile
from vehicle_bus.values import Clock

_LOG = logging.getLogger(__name__)

MEMORIES = 256
POSTPONED = 8
WATCHER_BUFFER = 256


class Ears(Protocol):
    """What gives ears to the seats (`hearing.car_ears`)."""

    def __call__(self, language: Language) -> HearingStream:
        """Those of one seat; raises NotReady when there is no model for the language."""

    def listen_for(self, words: Mapping[Language, CarWords]) -> None:
        """Hear these words too, from the next utterance on; blocks for a fraction of a second."""


@dataclass(frozen=True, slots=True)
class Seat:
    """Who talks: the client program, the conversation, the seat, the language."""

    client: str
    session: str
    zone: Zone
    language: Language
    audio: AudioFormat | None = None
    spoken: bool = False


class Assistant:
    """Shared by every conversation of one car. Everything runs on one event loop."""

    def __init__(
        self,
        config: Config,
        bus: Bus,
        clock: Clock,
        understander: Understander,
        registry: Registry,
        ears: Ears,
        voice: Voice | None,
        wall_clock: WallClock = datetime.now,
        home: Home | None = None,
        loader: Loader | None = None,
        eyes: Eyes | None = None,
        profile: VehicleProfile | None = None,
    ) -> None:
        self.config = config
        self.bus = bus
        self._profile = profile or VehicleProfile()
        self._postponed: tuple[Performed, ...] = ()
        self._loader = loader
        self._reloading = asyncio.Lock()
        self._understander = understander
        self._ears = ears
        self._voice = voice
        self._organs = Organs(
            clock=clock,
            bus=bus,
            understander=understander,
            skills=Runner(registry, bus, clock, wall_clock, home=home),
            floor=Floor(clock),
            patience=Patience(),
            eyes=eyes,
        )
        self._background = Background(self._organs.skills, bus)
        self._words_changed = True
        self._listened_for_screen: tuple[str, ...] = ()
        self._talking: dict[Seat, Conversation] = {}
        self._memories: OrderedDict[tuple[str, Zone], Memory] = OrderedDict()
        self._taken: set[Zone] = set()
        self._open = 0
        self._watchers: set[asyncio.Queue[tuple[str, events.Event]]] = set()

    # -- what the service needs to know ------------------------------------------------------

    @property
    def now(self) -> float:
        """The clock of every stamp."""
        return self._organs.clock()

    @property
    def addressed_from(self) -> float:
        """The probability from which a sentence counts as said to the car."""
        return self._organs.patience.addressed

    def names(self, intent: str) -> tuple[str, str]:
        """(skill, domain) of an intent; the skill is empty when no loaded one does it."""
        declared = self._skills.intents().get(intent)
        if declared:
            return declared.skill, declared.domain
        return "", self._understander.domain_of(intent)

    def skills(self) -> Registry:
        """What is loaded now, and what could not be."""
        return self._skills

    @property
    def _skills(self) -> Registry:
        return self._organs.skills.registry

    def seat(
        self,
        *,
        client: str,
        session: str,
        zone: Zone,
        language: Language,
        audio: AudioFormat | None,
        spoken: bool,
    ) -> Seat:
        """A seat of a session; without a session's name a new one begins."""
        return Seat(client, session or uuid.uuid4().hex, zone, language, audio, spoken)

    # -- conversations -----------------------------------------------------------------------

    @asynccontextmanager
    async def open(self, seat: Seat, emit: Emit) -> AsyncIterator[Conversation]:
        """A conversation that hears. One stream a seat; on exit everything of it is released."""
        self._claim(seat)
        try:
            ears = self._ears(seat.language) if seat.audio else None
            tell = self._telling(seat, emit)
            mouth = self._mouth(emit) if seat.spoken else None
            conversation = self._conversation(seat, tell, ears, mouth)
            self._talking[seat] = conversation
            try:
                yield conversation
            finally:
                del self._talking[seat]
                if mouth:
                    self._organs.air.leave(mouth)
                await conversation.close()
                self._remember(seat, conversation.memory)
        finally:
            self._release(seat)

    async def ask(
        self,
        seat: Seat,
        line: str,
        frames: tuple[Frame, ...] = (),
        emit: Emit | None = None,
    ) -> Turn:
        """One typed line, as a finished utterance, said while the cameras saw `frames`."""
        conversation = self._conversation(seat, self._telling(seat, emit or _nobody), None, None)
        for frame in frames:
            await conversation.see(frame)
        turn = await conversation.read(line)
        self._remember(seat, conversation.memory)
        return turn

    async def listen(self, seat: Seat, pcm: bytes, frames: tuple[Frame, ...] = ()) -> Turn:
        """One recorded utterance (16 kHz mono s16le), heard from its first to its last sample."""
        ears = self._ears(seat.language)
        conversation = self._conversation(seat, self._telling(seat, _nobody), ears, None)
        try:
            for frame in frames:
                await conversation.see(frame)
            turn = await conversation.listen(pcm)
        finally:
            await conversation.close()
        self._remember(seat, conversation.memory)
        return turn

    async def confirm(self, seat: Seat) -> Turn:
        """Yes to the open question of the session."""
        conversation = self._conversation(seat, self._telling(seat, _nobody), None, None)
        turn = await conversation.confirm()
        self._remember(seat, conversation.memory)
        return turn

    async def undo(self, seat: Seat) -> tuple[tuple[Change, ...], Reply]:
        """Take back the session's last change."""
        conversation = self._conversation(seat, _nobody, None, None)
        outcomes = await conversation.undo()
        if not outcomes:
            raise NothingToUndo(
                f"session {seat.session!r}: no turn of this seat changed a signal",
                "name the session and zone of the turn",
            )
        self._remember(seat, conversation.memory)
        return _changes(outcomes), say(Phrase.UNDONE, seat.language)

    async def explain(self, turn: str) -> Explanation:
        """Why one of the last turns was understood as it was."""
        said = self._organs.diary.find(turn)
        if said is None:
            raise UnknownTurn(
                f"turn_id: no turn {turn!r} is remembered",
                f"take the id of a turn's summary; the last {diary.KEPT} are kept",
            )
        return await asyncio.to_thread(self._explain, said)

    async def speak(self, reply: Reply) -> Speech:
        """The reply as audio."""
        if self._voice is None:
            raise BadRequest("with_audio: the voice is switched off", "set voice: true")
        return await asyncio.to_thread(self._voice.speak, reply.text, reply.language)

    async def watch(self) -> AsyncIterator[tuple[str, events.Event]]:
        """(session, event) of all seats from now on; a slow watcher loses the oldest."""
        queue: asyncio.Queue[tuple[str, events.Event]] = asyncio.Queue(WATCHER_BUFFER)
        self._watchers.add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            self._watchers.discard(queue)

    async def reload(self, names: Collection[str] = ()) -> Reloaded:
        """Load what has changed on disk, and `names` in any case, while everything goes on: calls
        that run are finished by the version they began with, and a version that can't be loaded
        leaves the one before at work."""
        if self._loader is None:
            raise BadRequest("skills: this assistant can't reload", "restart it")
        async with self._reloading:
            before = self._skills
            self._check_names(names)
            after = await asyncio.to_thread(self._loader.load, before, names)
            await asyncio.to_thread(self._understander.learn, after.phrases())
            self._organs.skills.adopt(after)
            self._words_changed = True
            gone = [skill for skill in before.skills if skill not in after.skills]
            await asyncio.gather(*(skill.body.close() for skill in gone))
            return Reloaded.between(before, after)

    def watched_folders(self) -> tuple[Path, ...]:
        """Where skills are; a change there is a reason to reload."""
        return self._loader.watched() if self._loader else ()

    def _check_names(self, names: Collection[str]) -> None:
        for name in names:
            failed = any(problem.file.parent.name == name for problem in self._skills.problems)
            if self._skills.skill(name) is None and not failed:
                known = ", ".join(skill.manifest.name for skill in self._skills.skills)
                raise BadRequest(f"names: no skill {name!r}", f"skills are: {known}")

    def presentation(self, zone: Zone) -> AsyncIterator[tuple[Presentation, tuple[Row, ...]]]:
        """What may be shown and said at a seat and why, now and whenever it changes."""
        return follow(self.bus, zone, self._profile, self._organs.clock)

    # -- between turns -----------------------------------------------------------------------

    async def tick(self) -> tuple[Performed, ...]:
        """Let the skills do what has come due or follows from a signal; and hear new words. Gives
        what they did."""
        on_screen = self._on_screen()
        if self._words_changed or on_screen != self._listened_for_screen:
            await self._follow_words(on_screen)
        performed = self._postponed + await self._background.tick(self._language())
        return self._announce(await self._in_its_time(performed))

    async def inform(self, topic: str, payload: Mapping[str, Any]) -> tuple[Performed, ...]:
        """Tell the skills something that is no signal: contacts, a message that came in."""
        topics = self._background.topics()
        if topic not in topics:
            known = ", ".join(sorted(topics)) or "none"
            raise BadRequest(f"topic: no skill wants {topic!r}", f"topics are: {known}")
        told = await self._background.inform(topic, payload, self._language())
        self._words_changed = True
        return self._announce(await self._in_its_time(self._postponed + told))

    def _on_screen(self) -> tuple[str, ...]:
        """What can be tapped on the screens of all seats."""
        shown = (label for talking in self._talking.values() for label in talking.on_screen)
        return tuple(dict.fromkeys(shown))

    async def _follow_words(self, on_screen: tuple[str, ...]) -> None:
        """Let the ears know the skills' phrases, the names they want, and the screens."""
        self._words_changed = False
        self._listened_for_screen = on_screen
        names = (*await self._background.names(), *on_screen)
        try:
            words = {
                language: CarWords(self._skills.spoken(language), names) for language in Language
            }
        except BadRequest as error:
            _LOG.warning("the words that are listened for stay as they are: %s", error)
            return
        await asyncio.to_thread(self._ears.listen_for, words)

    def _language(self) -> Language:
        """What announcements are made in: the driver's language, or who else talks."""
        seats = sorted(self._talking, key=lambda seat: seat.zone is not Zone.DRIVER)
        return seats[0].language if seats else Language.ENGLISH

    async def _in_its_time(self, performed: tuple[Performed, ...]) -> tuple[Performed, ...]:
        """What may be said now; questions that nobody asked for wait while the road needs the
        driver (rule 15)."""
        self._postponed = ()
        asking = tuple(each for each in performed if each.outcome.asks)
        if not asking:
            return performed
        snapshot = await self.bus.snapshot()
        if not presentation(Zone.DRIVER, snapshot, self._profile, self._organs.clock()).deferred:
            return performed
        self._postponed = asking[-POSTPONED:]
        return tuple(each for each in performed if not each.outcome.asks)

    def _announce(self, performed: tuple[Performed, ...]) -> tuple[Performed, ...]:
        """Said once, at the driver's seat or the first that is open; watchers hear it anyway."""
        seats = sorted(self._talking, key=lambda seat: seat.zone is not Zone.DRIVER)
        for each in performed:
            for event in each.handed_over:
                self._tell_watchers("", events.HeadUnitEvent(event.name, event.payload))
            if not each.outcome.said:
                continue
            if seats:
                self._talking[seats[0]].announce(each.outcome)
            else:
                reply = Reply(each.outcome.said, self._language(), each.outcome.asks)
                skill = each.outcome.step.action.skill
                self._tell_watchers("", events.Announced(skill, reply))
        return performed

    def _explain(self, said: diary.Said) -> Explanation:
        eyes = self._organs.eyes
        covered = eyes.covered(said.views, said.moment.seen) if eyes else {}
        return explain(self._understander, said.text, said.moment, covered)

    # -- inside ------------------------------------------------------------------------------

    def _mouth(self, emit: Emit) -> Mouth | None:
        """A voice for one seat, which all microphones will hear; None if it is switched off."""

        def sound(event: events.ReplyAudio) -> None:
            for conversation in self._talking.values():
                conversation.played(event.pcm, event.sample_rate)
            emit(event)

        if self._voice is None:
            return None
        mouth = Mouth(self._voice, sound, self._organs.clock)
        self._organs.air.enter(mouth)
        return mouth

    def _conversation(
        self, seat: Seat, emit: Emit, ears: HearingStream | None, mouth: Mouth | None
    ) -> Conversation:
        memory = self._memories.get((seat.session, seat.zone), Memory())
        return Conversation(
            self._organs, seat.session, seat.zone, seat.language, emit, ears, mouth, memory
        )

    def _claim(self, seat: Seat) -> None:
        if self._open >= self.config.max_streams:
            raise LimitReached(
                f"{self._open} streams are open", "close one, or raise max_streams in the config"
            )
        if seat.zone is not Zone.UNKNOWN and seat.zone in self._taken:
            raise ZoneTaken(
                f"zone: another stream is open for {seat.zone}", "close it, or use another zone"
            )
        self._taken.add(seat.zone)
        self._open += 1

    def _release(self, seat: Seat) -> None:
        self._taken.discard(seat.zone)
        self._open -= 1

    def _remember(self, seat: Seat, memory: Memory) -> None:
        key = (seat.session, seat.zone)
        self._memories[key] = memory
        self._memories.move_to_end(key)
        while len(self._memories) > MEMORIES:
            self._memories.popitem(last=False)

    def _telling(self, seat: Seat, emit: Emit) -> Emit:
        """`emit`, and everybody who watches."""

        def tell(event: events.Event) -> None:
            emit(event)
            self._tell_watchers(seat.session, event)

        return tell

    def _tell_watchers(self, session: str, event: events.Event) -> None:
        for queue in self._watchers:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait((session, event))


def _nobody(event: events.Event) -> None:
    pass


def _changes(outcomes: tuple[Outcome, ...]) -> tuple[Change, ...]:
    return tuple(change for outcome in outcomes for change in outcome.changes)
