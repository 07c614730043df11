"""The owner's manual: Markdown whose sections are numbered `## 3.2 Title`, searched by full text.

SQLite's FTS5 ranks the sections (bm25, a title counts five times). English is stemmed (porter);
Chinese is indexed character by character and asked for in pairs, since it has no spaces.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cabin_agent.sdk import Language

FOLDER = Path(__file__).parent
TITLE_WEIGHT = 5.0
_SECTION = re.compile(r"^## (\d+(?:\.\d+)*) (.+)$")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LIGHT = re.compile(
    r"\b(lights?|lamps?|symbol|warning|icon|red|orange|yellow)\b|灯|标志|图标|警告|[红橙黄]色"
)
_HOW_TO = re.compile(r"\bhow (do|does|can|to)\b|怎么(?!回事|办)|如何")
_LIGHTS = "1."  # the chapter of the warning lights
_ELSEWHERE = 0.6  # how much a warning light counts where no light is asked about
_COLOUR_ZH = re.compile(r"[红橙黄绿蓝]色?的?")
_SENTENCE = re.compile(r"(?<=[.!?]) (?=[A-Z])|(?<=[。！？])")
_STOP = frozenset(
    "a an the i my me we our you your it its this that these those is are was be been do does did "
    "what what's which how why when where who can could should would will shall may must to of in "
    "on at for from with and or if then than about up out by as so not no please tell show look "
    "find search manual handbook owner's owner mean means meaning came come just there there's "
    "have has had get car into section chapter explain open read check say says one does stand "
    "dash dashboard display symbol warning use used button work works normal often need help now "
    "what's much many long".split()
)
_COLOURS = frozenset("red orange yellow green blue".split())
_SAY_NOTHING_OF_A_LIGHT = frozenset(
    "light lights lamp lamps blinking blink flashing lit drive driving keep still go".split()
)
_STOP_ZH = (
    *(
        "是什么意思",
        "什么意思",
        "怎么回事",
        "是什么",
        "怎么办",
        "车主手册",
        "说明书",
        "用户手册",
        "手册",
    ),
    *("怎么", "如何", "什么", "查一下", "翻一下", "帮我", "一下", "这个", "那个", "请问", "仪表盘"),
    *("按钮", "什么作用", "这个键", "干什么的", "干嘛的", "有没有", "图标", "还能", "一直", "一个"),
    *("仪表上", "仪表", "亮了", "有个", "还能开吗", "哪里", "在哪", "多少", "为什么", "标志", "里"),
    *("的", "是", "了", "吗", "有", "个", "亮"),
)
_ALIKE = {
    "tire": "tyre", "tires": "tyre", "hood": "bonnet", "trunk": "boot", "gas": "fuel",
    "petrol": "fuel", "windshield": "windscreen", "handbrake": "brake", 
    "yellow": "yellow orange", "orange": "orange yellow", "flat": "flat puncture",
    "puncture": "flat", "spare": "spare wheel", "vin": "identification number",
    "v": "identification", "regenerative": "recovery", "regen": "recovery",
    "blades": "blade", "kids": "child",
    "amber": "orange yellow", "bulbs": "bulb", "octane": "octane fuel",
    "jump": "jump starting", "overheats": "overheating", "overheat": "overheating",
}  # fmt: skip
_ALIKE_ZH = (("黄灯", "黄色灯"), ("红灯", "红色灯"), ("蓝灯", "蓝色灯"), ("绿灯", "绿色灯"),
             ("雨刮", "雨刷"), ("挡风", "风挡"), ("折叠座椅", "放倒座椅"), ("能用几年", "寿命"),
             ("换轮胎", "更换车轮"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Section:
    """One numbered section; `text` begins with the sentence that answers most questions."""

    number: str
    title: str
    text: str

    def quoted(self, room: int) -> str:
        """Its first sentences, as many as fit into `room` characters; one at least."""
        said = ""
        for sentence in _SENTENCE.split(self.text):
            joined = f"{said} {sentence}" if said and sentence.isascii() else said + sentence
            if said and len(joined) > room:
                break
            said = joined
        return said if len(said) <= room else said[: room - 1].rstrip() + "…"


class Book:
    """The manual in one language. ValueError if the file has no numbered section."""

    def __init__(self, language: Language, file: Path | None = None) -> None:
        self._chinese = language is Language.MANDARIN
        path = file or FOLDER / f"manual.{'zh' if self._chinese else 'en'}.md"
        self.sections = tuple(_sections(path.read_text(encoding="utf-8")))
        if not self.sections:
            raise ValueError(f"{path}: no section like '## 1.2 Title'; number the sections")
        self._index = _indexed(self.sections, self._chinese)

    def find(self, question: str) -> Section | None:
        """The section that fits best; None if nothing of the question is in the manual, or if a
        light is asked about by no more than a colour that several have."""
        asked = question.lower()
        light = bool(_LIGHT.search(asked)) and not _HOW_TO.search(asked)
        terms = list(dict.fromkeys(_pairs(question) if self._chinese else _words(question)))
        if light:
            terms = self._shape(terms)
        if not terms:
            return self._only_of_colour(question) if light else None
        asked_for = _any_of(terms)
        if light:
            asked_for += f" AND {_any_of([term for term in terms if not _is_colour(term)])}"
        rows = self._index.execute(
            "SELECT rowid, bm25(sections, ?, 1.0) FROM sections WHERE sections MATCH ?",
            (TITLE_WEIGHT, asked_for),
        ).fetchall()
        found = [(self._rank(self.sections[row], score, light), row) for row, score in rows]
        return self.sections[min(found)[1]] if found else None

    def _rank(self, section: Section, score: float, light: bool) -> float:
        """Less is better. Warning lights come first where a light is asked about."""
        is_light = section.number.startswith(_LIGHTS)
        if light:
            return score - 1000.0 if is_light else score
        return score * _ELSEWHERE if is_light else score

    def _shape(self, terms: list[str]) -> list[str]:
        """The terms of a question about a light, or none if they only say a colour."""
        if self._chinese:
            kept = [term for term in terms if "灯" not in term]
        else:
            kept = [term for term in terms if term not in _SAY_NOTHING_OF_A_LIGHT]
        return kept if any(not _is_colour(term) for term in kept) else []

    def _only_of_colour(self, question: str) -> Section | None:
        """The one light of the colour named; None if there are several or none."""
        wanted = _COLOUR_ZH.search(question) if self._chinese else None
        colours = {wanted[0][0]} if wanted else _COLOURS & set(question.lower().split())
        lights = [each for each in self.sections if each.number.startswith(_LIGHTS)]
        fits = [s for s in lights if any(colour in s.title.lower() for colour in colours)]
        return fits[0] if len(fits) == 1 else None

    def numbered(self, number: str) -> Section | None:
        return next((each for each in self.sections if each.number == number), None)


def _any_of(terms: Iterable[str]) -> str:
    """FTS5's words for "one of these phrases"."""
    return "(" + " OR ".join(f'"{term}"' for term in terms) + ")"


def _is_colour(term: str) -> bool:
    return term in _COLOURS or _COLOUR_ZH.search(term) is not None


def _sections(text: str) -> Iterator[Section]:
    number, title, lines = "", "", list[str]()
    for line in [*text.splitlines(), "# end"]:
        heading = _SECTION.match(line)
        if heading or line.startswith("#"):
            if number:
                yield Section(number, title, " ".join(" ".join(lines).split()))
            number, title = (heading[1], heading[2]) if heading else ("", "")
            lines = []
        else:
            lines.append(line)


def _indexed(sections: Sequence[Section], chinese: bool) -> sqlite3.Connection:
    index = sqlite3.connect(":memory:", check_same_thread=False)
    tokens = "unicode61" if chinese else "porter unicode61"
    index.execute(f"CREATE VIRTUAL TABLE sections USING fts5(title, text, tokenize='{tokens}')")
    for number, section in enumerate(sections):
        title, text = section.title, section.text
        if chinese:
            title, text = _apart(title), _apart(text)
        index.execute(
            "INSERT INTO sections(rowid, title, text) VALUES (?, ?, ?)", (number, title, text)
        )
    return index


def _apart(text: str) -> str:
    return _CHINESE.sub(lambda found: f" {found[0]} ", text)


def _words(question: str) -> Iterator[str]:
    for word in re.findall(r"[a-z0-9]+", question.lower().replace("'s", "").replace("'", "")):
        if word not in _STOP:
            yield from _ALIKE.get(word, word).split()


def _pairs(question: str) -> Iterator[str]:
    """Neighbouring characters as phrases, Latin words as they are."""
    text = question.lower()
    for old, new in _ALIKE_ZH:
        text = text.replace(old, new)
    for word in sorted(_STOP_ZH, key=len, reverse=True):
        text = text.replace(word, " ")
    yield from re.findall(r"[a-z0-9]+", text)
    for run in re.findall(r"[\u4e00-\u9fff]+", text):
        yield from (" ".join(run[at : at + 2]) for at in range(max(1, len(run) - 1)))
