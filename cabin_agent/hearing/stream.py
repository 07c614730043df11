"""One seat's microphone: sound in, events out.

The stream says when speech starts, what is heard, and how long it has been silent since. The END of
an utterance is the pipeline's decision (semantic endpointing), told by `finish`; only a limit ends
it here. While nobody speaks the recogniser does not run.

A recogniser lags, because its network looks ahead; in a pause nothing would come for 0.3-0.5 s. So
at a pause of `pause_s` the utterance is flushed: what lags is decoded at once, as if it had ended.
If the person goes on, the recogniser starts over with the audio of the utterance, which costs its
real-time factor (some 10 ms for each second) and loses nothing.

One voice reaches every microphone. While another seat hears it clearly louder, it is kept here but
not recognised: with four microphones that is most of the work. What has been kept is caught up with
should the seat turn out to be the speaker's after all.

Durations count samples, so the same bytes always give the same events.
"""

from __future__ import annotations

import asyncio
import functools
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from cabin_agent.errors import BadRequest, LimitReached
from cabin_agent.hearing.frames import (
    FRAME_BYTES,
    FRAME_S,
    FRAME_SAMPLES,
    SAMPLE_BYTES,
    SAMPLE_RATE,
    Framer,
    check_samples,
    seconds,
)
from cabin_agent.hearing.front_end import FrontEnd
from cabin_agent.hearing.recogniser import Recognised, Recogniser, VoskModel
from cabin_agent.hearing.timeline import Timeline
from cabin_agent.hearing.voice_activity import (
    FLOOR_DB,
    Activity,
    SpeechProbability,
    VoiceActivity,
)
from cabin_agent.turn import Hypothesis
from vehicle_bus.values import Clock

DOUBT = 0.7
GUESSES = 5
"""Below `DOUBT` (the probability of being right) an utterance is decoded again, for what else it
may have been."""

Result = TypeVar("Result")


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    at: float


@dataclass(frozen=True, slots=True)
class SpeechStopped:
    """`at`: the end of the last word. Comes again if more was said."""

    at: float


@dataclass(frozen=True, slots=True)
class Heard:
    """A changed hypothesis, or the same one after a longer silence."""

    hypothesis: Hypothesis


@dataclass(frozen=True, slots=True)
class UtteranceEnded:
    """A limit was reached: silent for too long, or `too_long`. Nothing is heard until `finish`."""

    too_long: bool = False


HearingEvent = SpeechStarted | SpeechStopped | Heard | UtteranceEnded


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds. `max_utterance_s` and `max_silence_s` end an utterance.

    `onset_s`: speech that is shorter is a click. `pre_roll_s`: what is heard of the time before the
    detector noticed speech (it takes up to 0.12 s); a stream that begins with a word gets silence
    before it, because the recogniser loses a first word without. `pause_s`: silence that completes
    the hypothesis; pauses inside a phrase are shorter.
    """

    max_utterance_s: float = 20.0
    max_silence_s: float = 1.0
    max_chunk_s: float = 1.0
    onset_s: float = 2 * FRAME_S
    pre_roll_s: float = 0.3
    pause_s: float = 3 * FRAME_S

    def __post_init__(self) -> None:
        if self.pause_s > self.max_silence_s:
            raise BadRequest(
                f"max_silence_s: {self.max_silence_s} s", f"give at least {self.pause_s} s"
            )


@dataclass(slots=True)
class _Utterance:
    """What is known of the present utterance. Positions are sample numbers of the stream.
    `recognised_bytes`: how much of `audio` the recogniser has had. `mine`: not another seat's."""

    spoken_until: int
    audio: bytearray
    recognised_bytes: int = 0
    mine: bool = True
    shown: str = ""
    flushed: Recognised | None = None
    before_flush: str = ""
    events: list[HearingEvent] = field(default_factory=list)
    ended: bool = False

    def take_events(self) -> list[HearingEvent]:
        events, self.events = self.events, []
        return events


class HearingStream:
    """The ears of one seat; `probability` replaces Silero VAD (for tests)."""

    def __init__(
        self,
        model: VoskModel,
        clock: Clock,
        limits: Limits | None = None,
        probability: SpeechProbability | None = None,
        front_end: FrontEnd | None = None,
    ) -> None:
        self._model = model
        self._clock = clock
        self._limits = limits or Limits()
        self._front_end = front_end or FrontEnd()
        self._framer = Framer()
        self._timeline = Timeline(clock)
        self._voice = VoiceActivity(probability)
        self._activity: Activity | None = None
        self._recogniser: Recogniser | None = model.recogniser()
        self._pre_roll: deque[bytes] = deque(maxlen=self._pre_roll_frames())
        self._position = 0
        self._utterance: _Utterance | None = None
        self._deaf = False
        self._busy = asyncio.Lock()

    @property
    def hearing(self) -> bool:
        """Whether an utterance has begun that `finish` has not ended."""
        return self._utterance is not None

    @property
    def _speaking(self) -> bool:
        return self._activity is not None and self._activity.speech

    @property
    def cancels_echo(self) -> bool:
        """Whether our own voice is taken out of what is heard."""
        return self._front_end.cancels_echo

    def played(self, pcm: bytes, sample_rate: int) -> None:
        """Our own voice (mono s16le), as it goes to the loudspeakers from now on."""
        self._front_end.played(pcm, sample_rate)

    def silenced(self) -> None:
        """Our own voice was stopped."""
        self._front_end.silenced()

    @property
    def level_db(self) -> float:
        """RMS of the recent speech, dB full scale."""
        return self._activity.level_db if self._activity else FLOOR_DB

    @property
    def listened_until(self) -> float:
        """When the last sample that was looked at was spoken, seconds on the clock."""
        return self._timeline.at(self._position)

    async def hear(
        self, pcm: bytes, mine: Callable[[], bool] = _always
    ) -> AsyncIterator[HearingEvent]:
        """Take 16 kHz mono s16le audio in time order, up to `max_chunk_s`; what is heard in it.

        `mine` is asked while somebody speaks: no other seat hears it clearly louder.
        `finish` may be called between two events: what follows is then heard anew. Raises
        BadRequest for empty or broken samples and LimitReached for too long a chunk.
        """
        self._check(pcm)
        self._timeline.arrived(len(pcm) // SAMPLE_BYTES, quiet=not self.hearing)
        for frame in self._framer.frames(pcm):
            asked = mine() if self._speaking else None
            step = functools.partial(self._step, frame, asked)
            events = await self._alone(step)
            utterance = self._utterance
            for event in events:
                if self._utterance is not utterance:
                    break
                yield event

    async def finish(self) -> Hypothesis:
        """End the utterance: its final text, empty without an utterance.

        If somebody is still speaking, the rest up to the next pause is not heard.
        """
        return await self._alone(self._conclude)

    async def whole(self, pcm: bytes) -> Hypothesis:
        """One recorded utterance as a whole; the stream is not touched. No speech, no text."""
        check_samples(pcm)
        if seconds(pcm) > self._limits.max_utterance_s:
            raise LimitReached(
                f"audio: {seconds(pcm):.1f} s", f"send at most {self._limits.max_utterance_s} s"
            )
        return await asyncio.to_thread(self._recognise, pcm)

    async def close(self) -> None:
        """Let go of the recogniser; the stream hears no more."""
        await self._alone(self._release)

    # -- in a thread, one at a time ----------------------------------------------------------

    async def _alone(self, work: Callable[[], Result]) -> Result:
        """Run `work` in a thread while nothing else runs, to its end even if we are cancelled."""
        async with self._busy:
            running = asyncio.get_running_loop().run_in_executor(None, work)
            try:
                return await asyncio.shield(running)
            except asyncio.CancelledError:
                await asyncio.wait([running])
                raise

    def _step(self, frame: bytes, mine: bool | None) -> list[HearingEvent]:
        self._position += FRAME_SAMPLES
        frame = self._front_end.without_echo(frame)
        self._activity = activity = self._voice.feed(frame)
        frame = self._front_end.enhanced(frame)
        if self._deaf:
            self._deaf = activity.silence_s < self._limits.pause_s
            return []
        if self._utterance is None or self._utterance.ended:
            self._pre_roll.append(frame)
        if self._utterance is None:
            if activity.speech_s < self._limits.onset_s:
                return []
            self._begin(activity, mine is not False)
        elif not self._utterance.ended:
            if mine is not None:
                self._utterance.mine = mine
            self._go_on(self._utterance, frame, activity)
        return self._utterance.take_events() if self._utterance else []

    def _begin(self, activity: Activity, mine: bool) -> None:
        audio = b"".join(self._pre_roll).rjust(self._pre_roll_frames() * FRAME_BYTES, b"\0")
        self._pre_roll.clear()
        self._utterance = utterance = _Utterance(self._position, bytearray(audio), mine=mine)
        began = self._position - round(activity.speech_s * SAMPLE_RATE)
        utterance.events.append(SpeechStarted(self._timeline.at(began)))
        if self._ears.outdated:
            self._recogniser = self._model.recogniser()
        self._ears.reset()

    def _go_on(self, utterance: _Utterance, frame: bytes, activity: Activity) -> None:
        utterance.audio += frame
        if activity.speech:
            utterance.spoken_until = self._position
            self._more_speech(utterance)
        elif utterance.flushed is not None:
            self._tell(utterance, utterance.flushed, activity.silence_s)
        elif activity.silence_s < self._limits.pause_s:
            self._recognise_new(utterance, activity.silence_s)
        elif utterance.mine:
            self._flush(utterance, activity.silence_s)
        else:
            utterance.ended = True
            utterance.events.append(UtteranceEnded())
            return
        too_long = seconds(utterance.audio) >= self._limits.max_utterance_s
        if too_long or activity.silence_s >= self._limits.max_silence_s:
            utterance.ended = True
            utterance.events.append(UtteranceEnded(too_long))

    def _more_speech(self, utterance: _Utterance) -> None:
        if utterance.flushed is not None:
            utterance.flushed = None
            utterance.before_flush = utterance.shown
            utterance.recognised_bytes = 0
            self._ears.reset()
        self._recognise_new(utterance, 0.0)

    def _recognise_new(self, utterance: _Utterance, silence_s: float) -> None:
        """Let the recogniser have what it has not had yet, unless it is another seat's."""
        if utterance.mine:
            new = bytes(utterance.audio[utterance.recognised_bytes :])
            utterance.recognised_bytes = len(utterance.audio)
            self._show(utterance, self._ears.accept(new), silence_s)

    def _flush(self, utterance: _Utterance, silence_s: float) -> None:
        self._ears.accept(bytes(utterance.audio[utterance.recognised_bytes :]))
        utterance.flushed = self._ears.finish()
        utterance.events.append(SpeechStopped(self._timeline.at(utterance.spoken_until)))
        self._tell(utterance, utterance.flushed, silence_s)

    def _show(self, utterance: _Utterance, text: str, silence_s: float) -> None:
        """Tell a changed partial, unless it is only the flushed text coming again."""
        coming_again = utterance.before_flush.startswith(text)
        if text and text != utterance.shown and not coming_again:
            utterance.shown = text
            partial = Hypothesis(text, False, self._clock(), trailing_silence_s=silence_s)
            utterance.events.append(Heard(partial))

    def _tell(self, utterance: _Utterance, heard: Recognised, silence_s: float) -> None:
        if not heard.words:
            return
        utterance.shown = heard.text
        now = self._clock()
        told = Hypothesis(heard.text, False, now, heard.confidence, silence_s)
        utterance.events.append(Heard(told))

    def _conclude(self) -> Hypothesis:
        utterance, self._utterance = self._utterance, None
        if utterance is None or self._activity is None:
            return self._final(Recognised(), 0.0)
        recognised = utterance.flushed if utterance.mine else Recognised()
        if not utterance.mine and utterance.recognised_bytes and utterance.flushed is None:
            self._ears.finish()  # a reset alone keeps frames that are not decoded yet
        if recognised is None:
            rest = self._framer.take_rest()
            self._position += len(rest) // SAMPLE_BYTES
            utterance.audio += rest
            self._ears.accept(rest)
            recognised = self._ears.finish()
        self._deaf = self._activity.silence_s < self._limits.pause_s
        return self._final(recognised, self._activity.silence_s, bytes(utterance.audio))

    def _recognise(self, pcm: bytes) -> Hypothesis:
        voice = VoiceActivity()
        frames = Framer().frames(pcm + bytes(FRAME_BYTES))
        if not any(voice.feed(frame).speech for frame in frames):
            return self._final(Recognised(), 0.0)
        return self._final(self._model.recogniser().whole(pcm), 0.0, pcm)

    def _release(self) -> None:
        self._utterance = None
        self._recogniser = None

    # -- inside ------------------------------------------------------------------------------

    @property
    def _ears(self) -> Recogniser:
        if self._recogniser is None:
            raise RuntimeError("the stream is closed")
        return self._recogniser

    def _final(self, recognised: Recognised, silence_s: float, pcm: bytes = b"") -> Hypothesis:
        """What was heard in the end; in doubt, also what else `pcm` may have been."""
        sure, text = recognised.confidence, recognised.text
        guesses = self._model.guesses(pcm, GUESSES) if pcm and sure < DOUBT else ()
        others = tuple(guess for guess in guesses if guess != text)
        return Hypothesis(text, True, self._clock(), sure, silence_s, others)

    def _check(self, pcm: bytes) -> None:
        check_samples(pcm)
        if seconds(pcm) > self._limits.max_chunk_s:
            raise LimitReached(
                f"audio: a chunk of {seconds(pcm):.1f} s",
                f"send at most {self._limits.max_chunk_s} s at once",
            )

    def _pre_roll_frames(self) -> int:
        return round((self._limits.pre_roll_s + self._limits.onset_s) / FRAME_S)
