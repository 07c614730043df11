"""A scenario's YAML as something that can be changed and written again.

Works on PyYAML's nodes, not on values, so that `answer: no` stays the word it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import yaml

from simulator.language.frames import FRAME_KEYS
from simulator.language.includes import with_includes
from simulator.yaml_reader import read
from vehicle_bus.values import Scalar

LINE = 100
FILES = ("wav", "recording", *FRAME_KEYS)
"""Keys that name a file relative to the scenario."""


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:
        return True


def document(file: Path) -> yaml.MappingNode:
    """A scenario with what it includes; the files that it names, as absolute paths. Raises
    ScenarioError."""
    top = copied(with_includes(read(file)))
    assert isinstance(top, yaml.MappingNode)
    _with_absolute_files(top, file.parent.resolve())
    return top


def copied(node: yaml.Node) -> yaml.Node:
    """The same with no node in two places."""
    start, end = node.start_mark, node.end_mark
    if isinstance(node, yaml.MappingNode):
        pairs = [(copied(key), copied(value)) for key, value in node.value]
        return yaml.MappingNode(node.tag, pairs, start, end, node.flow_style)
    if isinstance(node, yaml.SequenceNode):
        items = [copied(item) for item in node.value]
        return yaml.SequenceNode(node.tag, items, start, end, node.flow_style)
    assert isinstance(node, yaml.ScalarNode)
    return yaml.ScalarNode(node.tag, node.value, start, end, node.style)


def written(top: yaml.MappingNode) -> str:
    """The YAML of it."""
    text = yaml.serialize(top, Dumper=yaml.SafeDumper, allow_unicode=True, width=LINE)
    assert isinstance(text, str)
    return text


def made(value: object) -> yaml.Node:
    """A node for plain values."""
    node = yaml.compose(yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False))
    assert isinstance(node, yaml.Node)
    return node


def get(mapping: yaml.Node, name: str) -> yaml.Node | None:
    """What stands at `name`; None if nothing does, or if it is no mapping."""
    if not isinstance(mapping, yaml.MappingNode):
        return None
    return next((value for key, value in mapping.value if key.value == name), None)


def put(mapping: yaml.MappingNode, name: str, value: Scalar | yaml.Node) -> None:
    """Set `name`, in its place if it is there already."""
    node = value if isinstance(value, yaml.Node) else made(value)
    for number, (key, _) in enumerate(mapping.value):
        if key.value == name:
            mapping.value[number] = (key, node)
            return
    mapping.value.append((made(name), node))


def drop(mapping: yaml.MappingNode, names: Iterable[str]) -> None:
    """Take `names` out."""
    gone = frozenset(names)
    mapping.value[:] = [(key, value) for key, value in mapping.value if key.value not in gone]


def mapping_at(top: yaml.MappingNode, name: str) -> yaml.MappingNode:
    """The mapping at `name`, made if there is none."""
    found = get(top, name)
    if not isinstance(found, yaml.MappingNode):
        found = yaml.MappingNode("tag:yaml.org,2002:map", [])
        put(top, name, found)
    return found


def items(top: yaml.Node, name: str) -> list[yaml.Node]:
    """The list at `name`; changing it changes the document. Empty if there is none."""
    found = get(top, name)
    return found.value if isinstance(found, yaml.SequenceNode) else []


def _with_absolute_files(top: yaml.MappingNode, folder: Path) -> None:
    views = [get(item, "frames") for item in items(top, "drive")]
    for mapping in (top, *items(top, "turns"), *views):
        for key in FILES:
            named = get(mapping, key) if mapping is not None else None
            if isinstance(mapping, yaml.MappingNode) and isinstance(named, yaml.ScalarNode):
                put(mapping, key, str(folder / named.value))
