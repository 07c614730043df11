"""The understanding model: one ONNX graph, one thread, one joint decision for each hypothesis."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from cabin_agent.errors import NotReady
from cabin_agent.turn import Action, Route, Understanding
from cabin_agent.understanding import decoding, moment
from cabin_agent.understanding.declared import DeclaredPhrases, load_landmarks
from cabin_agent.understanding.decoding import Raw
from cabin_agent.understanding.labels import Labels
from cabin_agent.understanding.moment import Moment
from cabin_agent.understanding.tokens import Encoded, WordPieces
from vehicle_bus.values import Clock

FILES = ("model.onnx", "tokenizer.json", "labels.json", "landmarks.npy")
MEND = "point understanding_model at a folder made by training/understanding, or reinstall"
_PLACEHOLDER = re.compile(r"\{\w*\}")


class Understander:
    """Thread-safe after `load` and `declare`: `understand` keeps no state."""

    def __init__(
        self,
        session: ort.InferenceSession,
        pieces: WordPieces,
        labels: Labels,
        landmarks: Path,
        clock: Clock,
    ) -> None:
        self._session = session
        self._pieces = pieces
        self._labels = labels
        self._clock = clock
        width = self._embed("warm up").shape[0]
        self._declared = DeclaredPhrases.none(load_landmarks(landmarks, width))
        self._vectors: dict[str, NDArray[np.float32]] = {}

    @classmethod
    def load(cls, directory: Path, clock: Clock) -> Understander:
        """The model of `directory`. NotReady if a file is missing or does not belong there."""
        missing = [name for name in FILES if not (directory / name).is_file()]
        if missing:
            raise NotReady(f"{directory}: no {', '.join(missing)}", MEND)
        labels = Labels.load(directory / "labels.json")
        if labels.moment_size != moment.SIZE:
            cause = f"{directory}: made for {labels.moment_size} numbers of context"
            raise NotReady(f"{cause}, this program gives {moment.SIZE}", MEND)
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        try:
            session = ort.InferenceSession(
                str(directory / "model.onnx"), options, providers=["CPUExecutionProvider"]
            )
            pieces = WordPieces(directory / "tokenizer.json")
            return cls(session, pieces, labels, directory / "landmarks.npy", clock)
        except NotReady:
            raise
        except Exception as error:
            raise NotReady(f"{directory}: can't be loaded ({error})", MEND) from error

    @property
    def intents(self) -> frozenset[str]:
        """The intents it was trained on."""
        return frozenset(self._labels.intents)

    def domain_of(self, intent: str) -> str:
        """The subject of an intent; empty for one it does not know."""
        return self._labels.domains.get(intent, "")

    def learn(self, phrases: Mapping[str, Sequence[str]]) -> None:
        """Know exactly these intents beside the trained ones, whose phrases are not needed. What
        was declared before is forgotten; a phrase that was known costs nothing. May be called
        while `understand` runs."""
        declared = DeclaredPhrases.none(self._declared.landmarks)
        vectors: dict[str, NDArray[np.float32]] = {}
        for intent, group in phrases.items():
            if intent in self.intents or not group:
                continue
            for phrase in group:
                known = self._vectors.get(phrase)
                vectors[phrase] = self._meaning(phrase) if known is None else known
            declared = declared.with_phrases(intent, np.stack([vectors[p] for p in group]))
        self._vectors, self._declared = vectors, declared

    def declare(self, intent: str, phrases: Sequence[str]) -> None:
        """Teach an intent of a plugin by its phrases. Not while `understand` runs."""
        embeddings = np.stack([self._meaning(phrase) for phrase in phrases])
        self._declared = self._declared.with_phrases(intent, embeddings)

    def understand(self, text: str, now: Moment) -> Understanding:
        """The decision about `text`, said at the moment `now`."""
        encoded = self._pieces.encode(text)
        if not encoded.text:
            return Understanding(text, 0.0, 0.0, Route.ASK, 1.0, (), self._clock())
        began = time.perf_counter()
        raw = self._run(encoded, now)
        found = decoding.actions(raw, encoded, self._labels)
        route, sure = decoding.route(raw, self._labels, found)
        found, route = self._declared_intent(raw, found, route)
        if route not in (Route.ACT, Route.ANSWER):
            found = ()
        return Understanding(
            text=text,
            addressed=decoding.sigmoid(raw.addressed),
            complete=decoding.sigmoid(raw.complete),
            route=route,
            route_confidence=sure,
            actions=found,
            at=self._clock(),
            model_ms=(time.perf_counter() - began) * 1000.0,
        )

    def raw(self, text: str, now: Moment) -> Raw:
        """The model's numbers as they are, for calibration and evaluation."""
        return self._run(self._pieces.encode(text), now)

    def likeliest_domain(self, text: str, now: Moment) -> str:
        """The subject of the likeliest first action, whatever the thresholds say."""
        likely = int(self.raw(text, now).intent[0, :-1].argmax())
        return self.domain_of(self._labels.intents[likely])

    def refusal(self, text: str, now: Moment) -> float:
        """How sure it is that this is not for the car; more is surer."""
        return decoding.refusal(self.raw(text, now), self._labels)

    def _declared_intent(
        self, raw: Raw, found: tuple[Action, ...], route: Route
    ) -> tuple[tuple[Action, ...], Route]:
        """A plugin's phrase wins where nothing trained is as near in meaning."""
        near = self._declared.nearest(raw.embedding)
        if near is None or len(found) > 1:
            return found, route
        return (Action(near[0], confidence=near[1]),), Route.ACT

    def meaning(self, text: str) -> NDArray[np.float32]:
        """A vector of length 1: the nearer two are, the more alike the model finds the texts."""
        return self._meaning(text)

    def _meaning(self, phrase: str) -> NDArray[np.float32]:
        return self._embed(_PLACEHOLDER.sub(" ", phrase))

    def _embed(self, text: str) -> NDArray[np.float32]:
        return self.raw(text, Moment()).embedding

    def _run(self, encoded: Encoded, now: Moment) -> Raw:
        ids = np.array([encoded.ids], np.int64)
        vector = moment.encode(now)[None]
        inputs = {"ids": ids, "mask": np.ones_like(ids, np.float32), "moment": vector}
        out = [output[0] for output in self._session.run(None, inputs)]
        return Raw(float(out[0]), float(out[1]), *out[2:])
