"""YAML read strictly: every complaint names file, line and column.

Works on the node graph that PyYAML composes, because only nodes know where they stand. Anchors and
aliases work; tags beyond YAML's own scalars do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn

import yaml
from yaml.reader import ReaderError

from vehicle_bus.values import Scalar

TIME_OF_DAY = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
MOST_NODES = 100_000
DEEPEST = 64


class ScenarioError(ValueError):
    """A scenario file is wrong; the message is `file:line:column: cause; mend`."""


@dataclass(frozen=True, slots=True)
class Node:
    """A place in a YAML file."""

    node: yaml.Node

    def fail(self, cause: str, mend: str) -> NoReturn:
        column = self.node.start_mark.column + 1
        raise ScenarioError(f"{self.place}:{column}: {cause}; {mend}")

    @property
    def file(self) -> str:
        return str(self.node.start_mark.name)

    @property
    def place(self) -> str:
        """`file:line`"""
        return f"{self.file}:{self.node.start_mark.line + 1}"

    def entries(self) -> Iterator[tuple[Node, Node]]:
        """(key, value) of a mapping; a key may occur once."""
        if not isinstance(self.node, yaml.MappingNode):
            self.fail("keys and values are expected here", "write 'key: value'")
        seen: set[str] = set()
        for key, value in self.node.value:
            place = Node(key)
            name = place.text()
            if name in seen:
                place.fail(f"{name!r} is here twice", "keep one")
            seen.add(name)
            yield place, Node(value)

    def fields(self, known: tuple[str, ...]) -> dict[str, Node]:
        """The values of a mapping by key; a key that is not `known` is an error."""
        found: dict[str, Node] = {}
        for key, value in self.entries():
            name = key.text()
            if name not in known:
                key.fail(f"unknown key {name!r}", suggestion(name, known))
            found[name] = value
        return found

    def only(self, entries: Sequence[tuple[Node, Node]]) -> Node:
        """This mapping with nothing but `entries`."""
        pairs = [(key.node, value.node) for key, value in entries]
        mark = self.node.start_mark
        return Node(yaml.MappingNode(self.node.tag, pairs, mark, self.node.end_mark))

    def items(self) -> list[Node]:
        if not isinstance(self.node, yaml.SequenceNode):
            self.fail("a list is expected here", "start each item with '- '")
        return [Node(item) for item in self.node.value]

    def is_mapping(self) -> bool:
        return isinstance(self.node, yaml.MappingNode)

    def is_sequence(self) -> bool:
        return isinstance(self.node, yaml.SequenceNode)

    def is_null(self) -> bool:
        return self.node.tag == "tag:yaml.org,2002:null"

    def scalar(self) -> Scalar:
        """A bool, int, float or text, typed as YAML types it."""
        if not isinstance(self.node, yaml.ScalarNode):
            self.fail("a single value is expected here", "write a number, true/false or a text")
        try:
            value = yaml.SafeLoader("").construct_object(self.node)
        except (yaml.YAMLError, ValueError):
            self.fail(f"{self.node.value!r} can't be read", "put it in quotes if it is a text")
        if isinstance(value, bool | int | float | str):
            return value
        return str(self.node.value)

    def plain(self) -> object:
        """Whatever is here, as Python's own values."""
        if isinstance(self.node, yaml.MappingNode):
            return {key.text(): value.plain() for key, value in self.entries()}
        if isinstance(self.node, yaml.SequenceNode):
            return [item.plain() for item in self.items()]
        return None if self.is_null() else self.scalar()

    def text(self) -> str:
        """A text; what YAML would read as a number or as yes/no stays as it is written."""
        if not isinstance(self.node, yaml.ScalarNode) or not self.node.value.strip():
            self.fail("a text is expected here", "write one, in quotes if it has ': ' in it")
        return str(self.node.value)

    def number(self, low: float, high: float, unit: str) -> float:
        value = self.scalar()
        if isinstance(value, bool | str):
            self.fail(f"{value!r} is no number", f"write {unit} from {low:g} to {high:g}")
        if not low <= value <= high:
            self.fail(f"{value:g} is out of range", f"write {unit} from {low:g} to {high:g}")
        return float(value)

    def whole(self, low: int, high: int) -> int:
        value = self.scalar()
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.fail(f"{value!r} does not fit", f"write a whole number from {low} to {high}")
        return value

    def flag(self) -> bool:
        value = self.scalar()
        if not isinstance(value, bool):
            self.fail(f"{value!r} is neither true nor false", "write true or false")
        return value

    def choice(self, known: Mapping[str, object] | tuple[str, ...]) -> str:
        value = self.text()
        if value not in known:
            self.fail(f"{value!r} is unknown here", suggestion(value, tuple(known)))
        return value

    def time_of_day(self) -> float:
        """`21:30` as seconds since midnight."""
        found = TIME_OF_DAY.fullmatch(self.text())
        if found is None:
            self.fail(f"{self.text()!r} is no time of day", "write it as '21:30'")
        return int(found[1]) * 3600.0 + int(found[2]) * 60.0


def read(path: Path) -> Node:
    """The top of a YAML file. Raises ScenarioError if it can't be read or is not YAML."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{path}:1:1: can't be read ({error}); check the path") from None
    return read_text(text, str(path))


def read_text(text: str, name: str) -> Node:
    """The top of a YAML text; `name` stands for the file in messages."""
    loader = None
    try:
        loader = yaml.SafeLoader(text)
        loader.name = name
        top = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{mark.line + 1}:{mark.column + 1}" if mark else "1:1"
        raise ScenarioError(f"{name}:{place}: not YAML: {error.problem}; mend the syntax") from None
    except ReaderError as error:
        before = text[: error.position].split("\n")
        place = f"{len(before)}:{len(before[-1]) + 1}"
        raise ScenarioError(
            f"{name}:{place}: not YAML: {error.reason}; take the character out"
        ) from None
    finally:
        if loader is not None:
            loader.dispose()
    if top is None:
        raise ScenarioError(f"{name}:1:1: the file is empty; start with 'name: ...'")
    _measure(Node(top))
    return Node(top)


def suggestion(name: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(name, known, 1)
    return f"did you mean {near[0]!r}?" if near else f"use one of {', '.join(known)}"


def _measure(top: Node) -> None:
    """Refuse what aliases blow up beyond reading, or into a circle."""
    left = MOST_NODES
    waiting = [(top, 0)]
    while waiting:
        node, depth = waiting.pop()
        left -= 1
        if depth > DEEPEST:
            node.fail(f"it is nested more than {DEEPEST} deep", "check the aliases for a circle")
        if left < 0:
            node.fail(f"aliases make more than {MOST_NODES} values of it", "write less of it")
        if isinstance(node.node, yaml.MappingNode):
            waiting += [(Node(each), depth + 1) for pair in node.node.value for each in pair]
        elif isinstance(node.node, yaml.SequenceNode):
            waiting += [(Node(item), depth + 1) for item in node.node.value]
