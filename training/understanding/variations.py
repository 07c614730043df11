"""What speech does to a sentence: fillers, misheard words, second thoughts, and "don't"."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

from training.understanding.templates import TEXT, Sentence, Span

FILLER_BEFORE = 0.14
FILLER_AFTER = 0.10
MISHEARD_SHARE = 0.12
MISHEARD_FILE = Path(__file__).with_name("misheard.tsv")
MISHEARD_WORDS = 3
"""The longest run of words that is heard as others."""
BEFORE = {
    "en": (
        "hey car ",
        "um ",
        "uh ",
        "okay ",
        "hey ",
        "please ",
        "so ",
        "hello ",
        "can you ",
        "could you ",
        "would you please ",
        "hey assistant ",
        "well ",
        "now ",
        "computer ",
        "i want you to ",
        "be so kind and ",
        "quickly ",
        "oh and ",
        "ok ",
        "alright ",
    ),
    "zh": (
        "你好",
        "嗯",
        "那个",
        "呃",
        "请",
        "帮我",
        "麻烦",
        "小助手",
        "麻烦你",
        "请帮我",
        "能不能",
        "可以帮我",
        "给我",
        "我想",
        "我要",
        "快",
        "对了",
        "来",
        "劳驾",
    ),
}
AFTER = {
    "en": (" please", " thanks", " now", " would you", " right now", " thank you"),
    "zh": ("吧", "谢谢", "好吗", "一下", "可以吗", "啊", "呗", "好不好", "行吗", "谢了"),
}
MISHEARD = (
    ("seat", "sit"), ("to", "two"), ("to", "too"), ("four", "for"), ("light", "right"),
    ("heat", "hit"), ("the", "a"), ("a", "the"), ("up", "of"), ("their", "there"), ("fan", "fen"),
    ("my", "the"), ("degrees", "degree"), ("windows", "window's"), ("temperature", "temp"),
    ("turn", "done"), ("off", "of"), ("on", "and"), ("in", "and"), ("it's", "is"),
    ("please", "police"), ("can", "and"), ("could", "good"), ("roof", "room"),
    ("close", "clothes"), ("lock", "look"),
    ("volume", "volumes"), ("warm", "warn"), ("rear", "here"), ("i'm", "i am"), ("i'd", "i"),
    ("open", "opened"), ("left", "laughed"), ("mirror", "mirrors"), ("wipers", "wiper"),
)  # fmt: skip
SECOND_THOUGHT = {
    "en": (" no ", " sorry ", " i mean ", " no wait ", " actually ", " make that ", " oh no "),
    "zh": ("不", "不对", "啊不", "说错了", "哦不是", "不不", "等一下还是", "呃应该是", "算了"),
}
DO_NOT = {
    "en": (
        "don't ",
        "do not ",
        "please don't ",
        "no don't ",
        "you don't have to ",
        "there is no need to ",
        "no need to ",
        "i don't want you to ",
        "never ",
        "stop don't ",
        "please do not ",
        "you needn't ",
        "nobody said to ",
    ),
    "zh": (
        "别",
        "不要",
        "不用",
        "先别",
        "千万别",
        "请不要",
        "没必要",
        "用不着",
        "我没让你",
        "不需要",
        "暂时不用",
    ),
}
BUT = {
    "en": (" just ", " but ", " only ", " instead ", " rather ", " just please "),
    "zh": ("就", "只要", "只", "而是", "但是", "改成"),
}
_COMMAND = {
    "en": re.compile(
        r"(open|close|shut|turn|switch|set|put|start|stop|make|raise|lower|lock|unlock|play|pause"
        r"|skip|call|fold|unfold|activate|deactivate|enable|disable|navigate|take me|send|heat|warm"
        r"|cool|dim|mute|move|pop|roll|recline|tilt|increase|decrease|cancel|book|read|change)\b"
    ),
    "zh": re.compile(
        r"(把|打开|关闭|关掉|关上|开启|开|关|调|升|降|播放|暂停|放|切|锁|解锁|折叠|展开|导航|打电话|发"
        r"|启动|停止|加热|通风|按摩|除雾|洗|换|提高|降低|增大|减小|设置|取消)"
    ),
}
_SMALL = re.compile(r"[\u3400-\u9fff]")


def decorated(sentence: Sentence, language: str, rng: random.Random) -> Sentence:
    """Fillers before and after, as people add them without thinking, and misheard words."""
    if rng.random() < FILLER_BEFORE:
        sentence = prefixed(rng.choice(BEFORE[language]), sentence)
    if rng.random() < FILLER_AFTER:
        sentence = replace(sentence, text=sentence.text + rng.choice(AFTER[language]))
    if rng.random() < MISHEARD_SHARE:
        sentence = misheard(sentence, language, rng)
    return sentence


def prefixed(before: str, sentence: Sentence) -> Sentence:
    return _spliced(sentence, 0, 0, before)


def misheard(sentence: Sentence, language: str, rng: random.Random) -> Sentence:
    """A word or a few, outside the slots, as a recogniser may mishear them; or one left out."""
    found = _confused(sentence, rng) if language == "en" else _homophone(sentence, rng)
    if found is None:
        return sentence
    start, end, heard = found
    if any(span.start < end and start < span.end for span in sentence.spans):
        return sentence
    return _spliced(sentence, start, end, heard)


def _confused(sentence: Sentence, rng: random.Random) -> tuple[int, int, str] | None:
    words = list(re.finditer(r"[a-z']+", sentence.text))
    if rng.random() < 0.25 and len(words) > 3:
        word = rng.choice(words[:-1])
        return word.start(), word.end() + 1, ""
    runs = [
        (first.start(), last.end())
        for at, first in enumerate(words)
        for last in words[at : at + MISHEARD_WORDS]
    ]
    table = _alike()
    known = [(*run, others) for run in runs if (others := table.get(sentence.text[slice(*run)]))]
    if not known:
        return None
    start, end, others = rng.choice(known)
    return start, end, rng.choice(others)


@cache
def _alike() -> dict[str, list[str]]:
    """Words -> what they were heard as: our own list, and what our recogniser made of the training
    text (`misheard.tsv`, written by `mishearings`)."""
    table: dict[str, list[str]] = defaultdict(list)
    for said, heard in MISHEARD:
        table[said].append(heard)
    for (said, heard), times in mishearings().items():
        table[said] += [heard] * min(5, times)
    return dict(table)


def mishearings() -> Counter[tuple[str, str]]:
    """How often `misheard.tsv` has words (first) heard as others."""
    if not MISHEARD_FILE.exists():
        return Counter()
    rows = (line.split("\t") for line in MISHEARD_FILE.read_text(encoding="utf-8").splitlines())
    return Counter({(said, heard): int(times) for said, heard, times in rows})


def _homophone(sentence: Sentence, rng: random.Random) -> tuple[int, int, str] | None:
    places = [found.start() for found in _SMALL.finditer(sentence.text)]
    if not places:
        return None
    place = rng.choice(places)
    alike = [c for c in _same_sound().get(_sound(sentence.text[place]), ()) if len(c) == 1]
    return (place, place + 1, rng.choice(alike)) if alike else None


@cache
def _sound(character: str) -> str:
    from pypinyin import lazy_pinyin

    return str(lazy_pinyin(character)[0])


@cache
def _same_sound() -> dict[str, list[str]]:
    """Toneless syllable -> the characters of our text that sound like it."""
    ours: set[str] = set()
    for file in (TEXT / "zh").glob("*.yaml"):
        ours.update(_SMALL.findall(file.read_text(encoding="utf-8")))
    table: dict[str, list[str]] = defaultdict(list)
    for character in sorted(ours):
        table[_sound(character)].append(character)
    return dict(table)


def corrected(
    sentence: Sentence, redraw: Callable[[], Sentence], language: str, rng: random.Random
) -> Sentence:
    """A value said, taken back and said anew: only the second one is meant."""
    if len(sentence.spans) != 1 or sentence.spans[0].slot not in ("value", "colour", "person"):
        return sentence
    span = sentence.spans[0]
    meant = sentence.text[span.start : span.end]
    for _ in range(6):
        other = redraw()
        if (
            len(other.spans) != 1
            or other.text[: other.spans[0].start] != sentence.text[: span.start]
        ):
            continue
        first = other.text[other.spans[0].start : other.spans[0].end]
        if first != meant and other.spans[0].slot == span.slot:
            return _spliced(
                sentence, span.start, span.start, first + rng.choice(SECOND_THOUGHT[language])
            )
    return sentence


def negated(sentence: Sentence, language: str, rng: random.Random) -> Sentence | None:
    """The command not to be carried out; None if the sentence is no plain command."""
    if not _COMMAND[language].match(sentence.text):
        return None
    return prefixed(rng.choice(DO_NOT[language]), sentence)


def _spliced(sentence: Sentence, start: int, end: int, words: str) -> Sentence:
    """Characters start..end replaced, spans behind them shifted."""
    shift = len(words) - (end - start)
    spans = tuple(
        Span(span.start + shift, span.end + shift, span.slot, span.action)
        if span.start >= end
        else span
        for span in sentence.spans
    )
    text = sentence.text[:start] + words + sentence.text[end:]
    return Sentence(text, spans, sentence.targets)
