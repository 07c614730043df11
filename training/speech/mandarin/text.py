"""Mandarin sentences to synthesise and to count: words with spaces between, numbers in characters.

All from the text that the understanding model is trained on, so that both know the same phrasing.
Lines that the understanding model holds out are the test here, too: never spoken in training,
never counted.
"""

from __future__ import annotations

import functools
import json
import random
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

import cn2an
import jieba

from training.speech.declared import declared_phrases
from training.speech.mandarin.lexicon import pronounceable
from training.speech.text import DECLARED_SLOT, GAP, generated
from training.understanding.templates import Drawer, Entry, load_entries, load_slots
from training.understanding.train_split import split

TEXT = Path(__file__).parents[2] / "understanding" / "text"
LONGEST = 60
"""Characters and spaces of a sentence."""
NUMERALS = "零〇一二两三四五六七八九十百千万亿点半"
CAR_WORDS = (
    "主驾 副驾 主驾驶 副驾驶 车窗 天窗 遮阳帘 后备箱 座椅 后视镜 雨刮 雨刷 近光灯 远光灯 雾灯 "
    "氛围灯 阅读灯 除雾 除霜 内循环 外循环 空调 风量 出风口 加热 通风 按摩 导航 充电站 充电桩 "
    "服务区 加油站 蓝牙 音量 静音 下一首 上一首 胎压 续航 童锁 儿童锁 中控 调到 调高 调低 打开 "
    "关闭 关上"
).split()
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_NUMBER = re.compile(r"\d+(\.\d+)?")


@functools.cache
def _segmenter() -> jieba.Tokenizer:
    segmenter = jieba.Tokenizer()
    for word in CAR_WORDS:
        segmenter.add_word(word, freq=50_000)
    return segmenter


def normalise(sentence: str) -> str:
    """Characters only: "调到26度" -> "调到二十六度"; empty if other letters remain."""
    text = unicodedata.normalize("NFKC", sentence)
    text = re.sub(r"(\d+)%", lambda found: f"百分之{found[1]}", text)
    text = re.sub(r"(\d+):00", r"\1点", text)
    text = re.sub(r"(\d+):(\d+)", r"\1点\2分", text)
    text = _NUMBER.sub(lambda found: cn2an.an2cn(found[0]), text)
    if re.search(r"[A-Za-z]", text):
        return ""
    return "".join(_HAN.findall(text))


def words(sentence: str) -> str:
    """Words with spaces between; numbers are one word a digit, so that any of them can be said."""
    cut: list[str] = []
    for word in _segmenter().cut(sentence, HMM=False):
        cut += list(word) if any(c in NUMERALS for c in word) and len(word) > 1 else [word]
    return " ".join(cut)


def _fit(sentence: str) -> bool:
    return all(pronounceable(word) for word in sentence.split())


@functools.cache
def _entries() -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    ours = [entry for entry in load_entries(TEXT) if entry.language == "zh"]
    training, held_out = split(ours)
    return tuple(training), tuple(held_out)


def _draw(entries: Sequence[Entry], expansions: int, seed: int) -> list[str]:
    """Every line of ``entries``, up to ``expansions`` different expansions each."""
    rng = random.Random(seed)
    drawer = Drawer(load_slots(TEXT))
    sentences = []
    for entry in entries:
        for line in entry.say:
            drawn = (drawer.draw(line, "zh", rng, entry.where).text for _ in range(expansions))
            found = dict.fromkeys(words(normalise(each)) for each in drawn)
            sentences += [each for each in found if each and _fit(each)]
    return sentences


def training_sentences(expansions: int, seed: int = 0) -> list[str]:
    """What people say to a car, held-out sentences left out."""
    return _set_apart(_draw(_entries()[0], expansions, seed))


def generated_sentences(count: int) -> list[str]:
    """The Mandarin ones of :func:`training.speech.text.generated` that are not held out."""
    drawn = (words(normalise(each)) for each in generated("zh", count))
    return _set_apart(each for each in drawn if each and _fit(each) and len(each) <= LONGEST)


def _set_apart(sentences: Iterable[str]) -> list[str]:
    """Without those of :func:`test_sentences`, wherever the words are cut."""
    held_out = {each.replace(" ", "") for each in test_sentences()}
    return [each for each in sentences if each.replace(" ", "") not in held_out]


def declared_sentences() -> list[str]:
    """The phrases that the built-in skills declare, :data:`GAP` where a slot is."""
    found = []
    for phrase in declared_phrases("zh"):
        pieces = [words(normalise(piece)) for piece in DECLARED_SLOT.split(phrase)]
        found.append(f" {GAP} ".join(pieces).strip())
    return [each for each in found if each and _fit(each.replace(GAP, ""))]


@functools.cache
def test_sentences() -> tuple[str, ...]:
    """Sentences of the held-out lines."""
    return tuple(dict.fromkeys(_draw(_entries()[1], 2, seed=1)))


def other_sentences(path: Path) -> list[str]:
    """What other people say to a car, from JSON lines with a ``text`` each."""
    lines = path.read_text(encoding="utf-8").splitlines()
    sentences = (words(normalise(json.loads(line)["text"])) for line in lines)
    return [each for each in sentences if each and _fit(each)]


def test_part(sentences: Sequence[str]) -> list[str]:
    """The sentences by other people that are spoken for the test; the others may be counted."""
    return list(sentences[1::4])


@functools.cache
def dictionary() -> dict[str, int]:
    """jieba's word list (MIT) with its counts; read at training time only."""
    path = Path(jieba.__file__).parent / "dict.txt"
    counts = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        word, count, *_ = line.split()
        counts[word] = int(count)
    return counts


def common_words(count: int) -> list[str]:
    """The ``count`` commonest words that can be pronounced, the commonest first."""
    ordered = sorted(dictionary(), key=lambda word: -dictionary()[word])
    return _first(ordered, count, longest=5)


def common_characters(count: int) -> list[str]:
    """The ``count`` commonest single characters."""
    totals: dict[str, int] = {}
    for word, frequency in dictionary().items():
        for character in word:
            totals[character] = totals.get(character, 0) + frequency
    return _first(sorted(totals, key=lambda character: -totals[character]), count, longest=1)


def _first(ordered: Iterable[str], count: int, longest: int) -> list[str]:
    found: list[str] = []
    for word in ordered:
        if len(found) == count:
            break
        if len(word) <= longest and pronounceable(word):
            found.append(word)
    return found


def random_words(count: int, seed: int) -> list[str]:
    """Two to seven common words strung together: every sound beside every other."""
    rng = random.Random(seed)
    known = [*common_words(12_000), *common_characters(2_500)]
    return [" ".join(rng.choices(known, k=rng.randint(2, 6))) for _ in range(count)]
