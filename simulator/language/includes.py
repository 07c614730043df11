"""`include`: files whose content comes before that of the file that names them."""

from __future__ import annotations

from pathlib import Path

import yaml

from simulator.yaml_reader import Node, read

INCLUDE = "include"


def with_includes(top: Node, above: tuple[Path, ...] = ()) -> yaml.MappingNode:
    """`top` with what it includes: lists are joined, mappings are joined with our entries on top,
    of anything else ours counts. Raises ScenarioError for a circle."""
    here = Path(top.file)
    own, named = {}, []
    for key, value in top.entries():
        if key.text() == INCLUDE:
            named = value.items() if value.is_sequence() else [value]
        else:
            own[key.text()] = (key.node, value.node)
    merged: dict[str, tuple[yaml.Node, yaml.Node]] = {}
    for name in named:
        file = here.parent / name.text()
        if file.resolve() in (*above, here.resolve()):
            name.fail(f"{file} includes itself", "break the circle")
        if not file.is_file():
            name.fail(f"no such file: {file}", "give a path relative to this file")
        below = with_includes(read(file), (*above, here.resolve()))
        for key_node, value_node in below.value:
            _add(merged, str(key_node.value), key_node, value_node)
    for text, (key_node, value_node) in own.items():
        _add(merged, text, key_node, value_node)
    return yaml.MappingNode(
        top.node.tag, list(merged.values()), top.node.start_mark, top.node.end_mark
    )


def _add(
    merged: dict[str, tuple[yaml.Node, yaml.Node]], name: str, key: yaml.Node, value: yaml.Node
) -> None:
    before = merged[name][1] if name in merged else None
    if isinstance(before, yaml.SequenceNode) and isinstance(value, yaml.SequenceNode):
        joined: yaml.Node = yaml.SequenceNode(
            value.tag, [*before.value, *value.value], value.start_mark, value.end_mark
        )
    elif isinstance(before, yaml.MappingNode) and isinstance(value, yaml.MappingNode):
        mine = {k.value for k, _ in value.value}
        kept = [(k, v) for k, v in before.value if k.value not in mine]
        joined = yaml.MappingNode(
            value.tag, [*kept, *value.value], value.start_mark, value.end_mark
        )
    else:
        joined = value
    merged[name] = (key, joined)
