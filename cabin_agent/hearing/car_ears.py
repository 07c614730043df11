"""The ears of one car: a recognition model for each language, and the words that are its own."""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from cabin_agent.hearing.front_end import UNTOUCHED, FrontEnd, FrontEndSettings
from cabin_agent.hearing.models import ModelError
from cabin_agent.hearing.recogniser import VoskModel
from cabin_agent.hearing.stream import HearingStream, Limits
from cabin_agent.hearing.vocabulary.pronouncing import pronounce
from cabin_agent.hearing.vocabulary.words import CarWords
from cabin_agent.turn import Language
from vehicle_bus.values import Clock

_LOG = logging.getLogger(__name__)


class CarEars:
    """Gives ears to any seat; a model is loaded once, when its language is first needed.

    `find` tells where the model of a language is, or raises NotReady.
    """

    def __init__(
        self,
        find: Callable[[Language], Path],
        clock: Clock,
        limits: Limits | None = None,
        front_end: FrontEndSettings = UNTOUCHED,
    ) -> None:
        self._find = find
        self._clock = clock
        self._limits = limits
        self._front_end = front_end
        self._models: dict[Language, VoskModel] = {}
        self._words: Mapping[Language, CarWords] = {}
        self._heard_by: dict[Language, CarWords] = {}
        self._changing = threading.Lock()

    def __call__(self, language: Language) -> HearingStream:
        """Ears for one seat; raises NotReady when there is no model for `language`."""
        with self._changing:
            model = self._models.get(language)
            if model is None:
                model = self._models[language] = VoskModel.load(self._find(language))
                self._tell(language)
        front_end = FrontEnd(self._front_end)
        return HearingStream(model, self._clock, self._limits, front_end=front_end)

    def listen_for(self, words: Mapping[Language, CarWords]) -> None:
        """Hear these too, from the next utterance on. Takes a fraction of a second for each loaded
        model whose words have changed, and blocks."""
        with self._changing:
            self._words = words
            for language in self._models:
                self._tell(language)

    def _tell(self, language: Language) -> None:
        words = self._words.get(language, CarWords())
        if words == self._heard_by.get(language, CarWords()):
            return
        self._heard_by[language] = words
        spoken = functools.partial(pronounce, language=language)
        try:
            self._models[language].listen_for(words, spoken)
        except ModelError as error:
            _LOG.info("words of this car are not added: %s", error)
