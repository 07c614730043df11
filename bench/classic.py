"""The classic chain on the same audio and the same Vosk model: fixed silence, then a grammar.

Vosk runs all the time; 0.7 s of silence after speech (Home Assistant's default) end the utterance;
hassil, the parser of Home Assistant, matches the skills' own phrases.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from hassil import Intents, recognize

from cabin_agent.hearing.frames import FRAME_BYTES, Framer
from cabin_agent.hearing.recogniser import VoskModel
from cabin_agent.hearing.voice_activity import VoiceActivity
from cabin_agent.sdk.registry import Registry
from cabin_agent.turn import Language

SILENCE_S = 0.7
_SLOT = re.compile(r"\{(\w+)\}")
ZONES = (
    "driver", "driver's", "passenger", "passenger's", "my", "rear", "back", "front", "left",
    "right", "rear left", "rear right", "on my side", "in the back", "in the front", "for me",
    "on the passenger side", "on the driver side", "everywhere",
)  # fmt: skip
WORDS = {
    "colour": ("red", "green", "blue", "white", "purple", "orange", "yellow", "pink"),
    "option": ("front", "rear", "radio", "bluetooth", "usb", "face", "feet", "windscreen"),
}


@dataclass(frozen=True, slots=True)
class Matched:
    """What the chain made of an utterance: `intent` is empty if the grammar did not match."""

    text: str
    intent: str


class ClassicChain:
    """Endpointer, recogniser and grammar, one after the other."""

    def __init__(self, model: VoskModel, registry: Registry) -> None:
        self._model = model
        self._intents = Intents.from_dict(grammar(registry))

    def begin(self) -> None:
        """A new recording."""
        self._recogniser = self._model.recogniser()
        self._voice = VoiceActivity()
        self._framer = Framer()
        self._spoke = False

    def hear(self, pcm: bytes) -> Matched | None:
        """Take audio; the result once the silence is over."""
        self._recogniser.accept(pcm)
        for frame in self._framer.frames(pcm):
            assert len(frame) == FRAME_BYTES
            activity = self._voice.feed(frame)
            self._spoke = self._spoke or activity.speech_s > 0.1
            if self._spoke and activity.silence_s >= SILENCE_S:
                return self.understand(self._recogniser.finish().text)
        return None

    def understand(self, text: str) -> Matched:
        result = recognize(text, self._intents)
        return Matched(text, result.intent.name if result else "")


def grammar(registry: Registry) -> dict[str, Any]:
    """The skills' English phrases as hassil reads them."""
    intents = {}
    for intent in registry.intents().values():
        phrases = [_SLOT.sub(_as_list, p) for p in intent.phrases[Language.ENGLISH]]
        intents[intent.id] = {"data": [{"sentences": phrases}]}
    lists: dict[str, Any] = {
        "value": {"range": {"from": 0, "to": 100}},
        "zone": {"values": list(ZONES)},
        "free": {"wildcard": True},
    }
    lists |= {name: {"values": list(words)} for name, words in WORDS.items()}
    return {"language": "en", "intents": intents, "lists": lists}


def _as_list(match: re.Match[str]) -> str:
    name = match[1]
    return f"{{{name}}}" if name in {"value", "zone", *WORDS} else "{free}"
