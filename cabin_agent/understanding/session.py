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
from cabin_agent.understanding import decoding, moment, sight
from cabin_agent.understanding.declared import DeclaredPhrases, Nearness, load_landmarks
from cabin_agent.understanding.decoding import Raw
from cabin_agent.understanding.labels import Labels
from cabin_agent.understanding.moment import Moment
from cabin_agent.understanding.plugin_head import PluginHead, fingerprint
from cabin_agent.understanding.plugin_training import train
from cabin_agent.understanding.tokens import Encoded, WordPieces
from vehicle_bus.values import Clock

FILES = ("model.onnx", "tokenizer.json", "labels.json", "landmarks.npy")
MEND = "point understanding_model at a folder made by training/understanding, or reinstall"
_PLACEHOLDER = re.compile(r"\{\w*\}")
_HAN = re.compile(r"[\u3400-\u9fff]")


class Understander:
    """Thread-safe after `load` and `declare`: `understand` keeps no state."""

    def __init__(
        self,
        session: ort.InferenceSession,
        pieces: WordPieces,
        labels: Labels,
        landmarks: Path,
        clock: Clock,
        trained: Path | None = None,
    ) -> None:
        self._session = session
        self._pieces = pieces
        self._labels = labels
        self._clock = clock
        width = self._embed("warm up").shape[0]
        nearness = Nearness(labels.near, labels.margin)
        self._declared = DeclaredPhrases(load_landmarks(landmarks, width), nearness)
        self._nothing_declared = self._declared
        self._vectors: dict[str, NDArray[np.float32]] = {}
        self._phrases: dict[str, tuple[str, ...]] = {}
        self._contents = landmarks.read_bytes()
        self._trained = trained

    @classmethod
    def load(cls, directory: Path, clock: Clock, trained: Path | None = None) -> Understander:
        """The model of `directory`. NotReady if a file is missing or does not belong there.
        `trained`: where `train_plugins` may have left a head for the plugins' phrases."""
        missing = [name for name in FILES if not (directory / name).is_file()]
        if missing:
            raise NotReady(f"{directory}: no {', '.join(missing)}", MEND)
        labels = Labels.load(directory / "labels.json")
        sizes = (labels.moment_size, labels.sight_size)
        if sizes != (moment.SIZE, sight.SIZE):
            cause = f"{directory}: made for {sizes[0]} and {sizes[1]} numbers of context and sight"
            raise NotReady(f"{cause}, this program gives {moment.SIZE} and {sight.SIZE}", MEND)
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        try:
            session = ort.InferenceSession(
                str(directory / "model.onnx"), options, providers=["CPUExecutionProvider"]
            )
            pieces = WordPieces(directory / "tokenizer.json")
            return cls(session, pieces, labels, directory / "landmarks.npy", clock, trained)
        except NotReady:
            raise
        except Exception as error:
            raise NotReady(f"{directory}: can't be loaded ({error})", MEND) from error

    @property
    def intents(self) -> frozenset[str]:
        """The intents it was trained on."""
        return frozenset(self._labels.intents)

    @property
    def landmarks(self) -> NDArray[np.float32]:
        """The vectors that stand for what was trained."""
        return self._declared.landmarks

    @property
    def plugin_intents(self) -> tuple[str, ...]:
        """The intents that it knows by their phrases only."""
        return tuple(self._phrases)

    def domain_of(self, intent: str) -> str:
        """The subject of an intent; empty for one it does not know."""
        return self._labels.domains.get(intent, "")

    def learn(self, phrases: Mapping[str, Sequence[str]]) -> None:
        """Know exactly these intents beside the trained ones, whose phrases are not needed. What
        was declared before is forgotten; a phrase that was known costs nothing. May be called
        while `understand` runs."""
        declared, kept = self._nothing_declared, dict[str, tuple[str, ...]]()
        vectors: dict[str, NDArray[np.float32]] = {}
        for intent, group in phrases.items():
            if intent in self.intents or not group:
                continue
            kept[intent] = tuple(group)
            for phrase in group:
                known = self._vectors.get(phrase)
                vectors[phrase] = self._meaning(phrase) if known is None else known
            for same_language in _by_script(group):
                declared = declared.with_phrases(
                    intent, np.stack([vectors[phrase] for phrase in same_language])
                )
        self._vectors, self._phrases = vectors, kept
        head = PluginHead.load(self._trained, self._mark()) if kept and self._trained else None
        self._declared = declared.with_head(head) if head else declared

    def declare(self, intent: str, phrases: Sequence[str]) -> None:
        """Teach an intent of a plugin by its phrases. Not while `understand` runs."""
        self.learn({**self._phrases, intent: phrases})

    def train_plugins(self, file: Path) -> tuple[str, ...]:
        """Fit a head to the declared phrases, keep it in `file` and use it from now on; gives the
        intents it knows."""
        head = train(self._phrases, self._declared.landmarks, self._meaning, self._mark())
        head.save(file)
        self._declared = self._declared.with_head(head)
        return tuple(self._phrases)

    def _mark(self) -> str:
        return fingerprint(self._contents, self._phrases)

    def understand(self, text: str, now: Moment) -> Understanding:
        """The decision about `text`, said at the moment `now`."""
        encoded = self._pieces.encode(text, now.before)
        if not encoded.text:
            return Understanding(text, 0.0, 0.0, Route.ASK, 1.0, (), self._clock())
        began = time.perf_counter()
        raw = self._run(encoded, now)
        seen = decoding.sign(raw, bool(now.seen.sign))
        found = decoding.actions(raw, encoded, self._labels)
        route, sure = decoding.route(raw, self._labels, found)
        found, route = self._declared_intent(raw, encoded, found, route)
        if route not in (Route.ACT, Route.ANSWER):
            found = ()
        found = decoding.with_label(found, encoded.text, now.on_screen)
        return Understanding(
            text=text,
            addressed=decoding.sigmoid(raw.addressed),
            complete=decoding.sigmoid(raw.complete),
            route=route,
            route_confidence=sure,
            actions=decoding.with_sign(found, seen),
            at=self._clock(),
            model_ms=(time.perf_counter() - began) * 1000.0,
            sign=seen,
        )

    def raw(self, text: str, now: Moment) -> Raw:
        """The model's numbers as they are, for calibration and evaluation."""
        return self._run(self._pieces.encode(text, now.before), now)

    def support(self, text: str, now: Moment, decided: Understanding) -> float:
        """How likely `decided` is for these words at this moment, 0..1."""
        encoded = self._pieces.encode(text, now.before)
        if not encoded.text:
            return 0.0
        raw = self._run(encoded, now)
        if not decided.actions:
            return decoding.route_share(raw, self._labels, decided.route)
        first = decided.actions[0].intent
        if first in self._phrases:
            return self._declared.likeness(raw.embedding, first)
        return decoding.share_of(raw, self._labels, decided.actions)

    def likeliest_domain(self, text: str, now: Moment) -> str:
        """The subject of the likeliest first action, whatever the thresholds say."""
        likely = int(self.raw(text, now).intent[0, :-1].argmax())
        return self.domain_of(self._labels.intents[likely])

    def refusal(self, text: str, now: Moment) -> float:
        """How sure it is that this is not for the car; more is surer."""
        return decoding.refusal(self.raw(text, now), self._labels)

    def _declared_intent(
        self, raw: Raw, encoded: Encoded, found: tuple[Action, ...], route: Route
    ) -> tuple[tuple[Action, ...], Route]:
        """A plugin's phrase wins where nothing trained is as near in meaning. Place, degree and
        slots are what the model found for the first action."""
        near = self._declared.nearest(raw.embedding)
        if near is None or len(found) > 1:
            return found, route
        intent, confidence = near
        return (decoding.first_as(raw, encoded, self._labels, intent, confidence),), Route.ACT

    def meaning(self, text: str) -> NDArray[np.float32]:
        """A vector of length 1: the nearer two are, the more alike the model finds the texts."""
        return self._meaning(text)

    def _meaning(self, phrase: str) -> NDArray[np.float32]:
        return self._embed(_PLACEHOLDER.sub(" ", phrase))

    def _embed(self, text: str) -> NDArray[np.float32]:
        return self.raw(text, Moment()).embedding

    def _run(self, encoded: Encoded, now: Moment) -> Raw:
        ids = np.array([encoded.ids + encoded.before], np.int64)
        kinds = np.array([(0,) * len(encoded.ids) + (1,) * len(encoded.before)], np.int64)
        inputs = {
            "ids": ids,
            "mask": np.ones_like(ids, np.float32),
            "kinds": kinds,
            "moment": moment.encode(now, encoded.text)[None],
            "sight": sight.encode(now.seen, now.speaker, now.signals)[None],
        }
        out = [output[0] for output in self._session.run(None, inputs)]
        return decoding.possible(Raw(float(out[0]), float(out[1]), *out[2:]), self._labels, now)


def _by_script(phrases: Sequence[str]) -> list[list[str]]:
    """The Mandarin phrases and the others, whichever there are."""
    mandarin = [phrase for phrase in phrases if _HAN.search(phrase)]
    others = [phrase for phrase in phrases if not _HAN.search(phrase)]
    return [group for group in (mandarin, others) if group]
