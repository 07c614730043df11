"""An HTML page as the tests look at it."""

from __future__ import annotations

from html.parser import HTMLParser

Element = tuple[str, dict[str, str]]

VOID = {"meta", "link", "input", "br", "img", "wbr"}


class Page(HTMLParser):
    """Its elements in order, its visible text, and whether every tag is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> at {self.getpos()}"

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "script"):
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def values(self, attribute: str) -> list[str]:
        return [attrs[attribute] for _, attrs in self.elements if attribute in attrs]

    def named(self, tag: str) -> list[dict[str, str]]:
        return [attrs for name, attrs in self.elements if name == tag]

    def of_class(self, name: str) -> list[dict[str, str]]:
        return [attrs for _, attrs in self.elements if name in attrs.get("class", "").split()]


def self_contained(page: Page) -> None:
    """Nothing outside is needed, every link within leads somewhere, every id is there once."""
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert page.open == []
    for reference in page.values("href") + page.values("src"):
        assert reference.startswith(("data:", "#")), reference[:80]
        if reference.startswith("#"):
            assert reference[1:] in ids
