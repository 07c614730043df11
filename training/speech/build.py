"""Puts the model directory together that Vosk loads: am/, conf/ and graph/."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from training.speech import graph, lexicon, prompts, text, vocabulary
from training.speech.language_model import (
    BackOffModel,
    General,
    LanguageModelSettings,
    estimate,
)
from training.speech.languages import Language

MFCC_CONF = """\
--use-energy=false
--num-mel-bins=40
--num-ceps=40
--low-freq=20
--high-freq=-400
--sample-frequency=16000
--dither=0
--snip-edges=true
--cepstral-lifter=22
--allow-downsample=true
"""
NEVER_S = 10
"""The pipeline says when an utterance ends. Where Vosk itself cuts at a pause, what follows is
heard as another sentence: of 110 sentences of the tuning speakers, one of 500 each, five were lost
so, and none is now."""


@dataclass(frozen=True)
class DecoderSettings:
    """What conf/model.conf says; chosen on the development part of evaluate.py.

    ``frames_per_chunk`` is how many input frames are computed at once: small means early partial
    results, large means less work.
    """

    beam: float = 15.0
    lattice_beam: float = 6.0
    max_active: int = 7000
    acoustic_scale: float = 0.7
    prior_scale: float = 0.5
    frames_per_chunk: int = 6

    def model_conf(self) -> str:
        """The file's text."""
        return f"""\
--min-active=200
--max-active={self.max_active}
--beam={self.beam}
--lattice-beam={self.lattice_beam}
--acoustic-scale={self.acoustic_scale}
--frame-subsampling-factor=3
--frames-per-chunk={self.frames_per_chunk}
--endpoint.silence-phones=1
--endpoint.rule2.min-trailing-silence={NEVER_S}
--endpoint.rule3.min-trailing-silence={NEVER_S}
--endpoint.rule4.min-trailing-silence={NEVER_S}
"""


ENGLISH_DECODER = DecoderSettings(max_active=3000, acoustic_scale=0.75, frames_per_chunk=12)


@dataclass(frozen=True)
class GraphSettings:
    """Size of the vocabulary and of the text the language model counts."""

    common_words: int = 20_000
    car_sentences: int = 30_000
    generated: int = 120_000
    understanding_expansions: int = 6
    declared_copies: int = 10
    other_copies: int = 3
    language_model: LanguageModelSettings = field(
        default_factory=lambda: LanguageModelSettings(
            car_unigram_share=0.8, car_pair_share=0.92, min_triples=1
        )
    )


def language_model_text(settings: GraphSettings, other_text: Path | None = None) -> list[str]:
    """Car sentences as often as they are likely; held-out sentences are left out.

    ``other_text`` is a JSON-lines file of what other people say to a car (optional); the rows that
    materials.py speaks are left out.
    """
    sentences = text.weighted_car_text(settings.car_sentences, seed=3)
    sentences += text.generated_sentences(settings.generated)
    sentences += text.understanding_sentences(settings.understanding_expansions)
    sentences += text.declared_sentences() * settings.declared_copies
    if other_text is not None:
        sentences += prompts.training_part(text.other_sentences(other_text)) * settings.other_copies
    return prompts.set_apart(sentences)


def model_vocabulary(sentences: list[str], settings: GraphSettings) -> list[str]:
    """Every word of the car text, the commonest English words, and the letters."""
    counts = Counter(word for sentence in sentences for word in sentence.split())
    car = {word for word in counts if lexicon.in_dictionary(word) or counts[word] >= 10}
    common = vocabulary.common_words(settings.common_words)
    return sorted((car | set(common) | vocabulary.letters()) - {text.GAP})


def language_model(
    settings: GraphSettings, other_text: Path | None = None
) -> tuple[BackOffModel, list[str]]:
    """The back-off model and its vocabulary."""
    sentences = language_model_text(settings, other_text)
    words = model_vocabulary(sentences, settings)
    general = General(vocabulary.word_probability, vocabulary.pair_counts)
    return estimate(sentences, words, settings.language_model, general), words


def write_graph_folder(
    target: Path, settings: GraphSettings, language: Language, other_text: Path | None = None
) -> None:
    """Everything in ``target`` (a model's graph/ folder)."""
    model, words = language_model(settings, other_text)
    write_graphs_of(target, model, words, language)


def write_graphs_of(
    target: Path, model: BackOffModel, words: Sequence[str], language: Language
) -> None:
    """The graphs of a language model over ``words``; the lexicon also has the language's sounds."""
    ids = graph.word_ids([*words, *language.sounds])
    lexicon = graph.lexicon_graph(ids, language)
    graph.write_graphs(target, lexicon, graph.grammar_graph(model, ids), ids, language.phones)


def write_configuration(target: Path, settings: DecoderSettings) -> None:
    """conf/mfcc.conf and conf/model.conf."""
    folder = target / "conf"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mfcc.conf").write_text(MFCC_CONF)
    (folder / "model.conf").write_text(settings.model_conf())
