"""`${name}` in a scenario: fixed values, values drawn by the seed, values set from outside."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping

import yaml

from simulator.yaml_reader import Node, suggestion
from vehicle_bus.values import Scalar

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
REFERENCE = re.compile(r"\$\{([^}]*)\}")
DRAW_KEYS = ("one_of", "from", "to", "step")


def drawn(node: Node | None, seed: int, given: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """The value of each parameter: as `given`, else as the file says. Each is drawn by its own
    name and the seed, so that one more parameter leaves the others as they were."""
    values: dict[str, Scalar] = {}
    for key, value in node.entries() if node is not None else ():
        name = key.text()
        if not NAME.fullmatch(name):
            key.fail(f"{name!r} is no name", "use letters, digits and '_'")
        values[name] = given[name] if name in given else _draw(value, f"{seed}/{name}")
    return values


def unknown(node: Node | None, given: Mapping[str, Scalar]) -> str:
    """The first of `given` that the file has no parameter for; empty if there is none."""
    known = [key.text() for key, _ in node.entries()] if node is not None else []
    return next((name for name in given if name not in known), "")


def substituted(top: yaml.Node, values: Mapping[str, Scalar]) -> yaml.Node:
    """`top` with the values in place of their references. A text that is nothing but a reference
    gets the value's own type."""
    return _Substitution(values).of(top)


class _Substitution:
    def __init__(self, values: Mapping[str, Scalar]) -> None:
        self._values = values
        self._done: dict[int, yaml.Node] = {}

    def of(self, node: yaml.Node) -> yaml.Node:
        if id(node) not in self._done:
            self._done[id(node)] = node
            self._done[id(node)] = self._replaced(node)
        return self._done[id(node)]

    def _replaced(self, node: yaml.Node) -> yaml.Node:
        if isinstance(node, yaml.MappingNode):
            pairs = [(self.of(key), self.of(value)) for key, value in node.value]
            return yaml.MappingNode(node.tag, pairs, node.start_mark, node.end_mark)
        if isinstance(node, yaml.SequenceNode):
            items = [self.of(item) for item in node.value]
            return yaml.SequenceNode(node.tag, items, node.start_mark, node.end_mark)
        if not isinstance(node, yaml.ScalarNode) or "${" not in node.value:
            return node
        whole = REFERENCE.fullmatch(node.value)
        if whole:
            value = self._value(whole[1], node)
            return yaml.ScalarNode(_tag(value), _written(value), node.start_mark, node.end_mark)
        text = REFERENCE.sub(lambda found: _written(self._value(found[1], node)), node.value)
        return yaml.ScalarNode(node.tag, text, node.start_mark, node.end_mark, node.style)

    def _value(self, name: str, node: yaml.ScalarNode) -> Scalar:
        if name.strip() not in self._values:
            mend = "add it under 'parameters'"
            Node(node).fail(
                f"no parameter {name!r}",
                suggestion(name, tuple(self._values)) if self._values else mend,
            )
        return self._values[name.strip()]


def _draw(node: Node, key: str) -> Scalar:
    if not node.is_mapping():
        return node.scalar()
    keys, chance = node.fields(DRAW_KEYS), random.Random(key)
    if "one_of" in keys:
        if len(keys) > 1:
            node.fail("'one_of' stands alone", "leave out 'from', 'to' and 'step'")
        choices = keys["one_of"].items()
        if not choices:
            keys["one_of"].fail("there is nothing to choose from", "list some values")
        return chance.choice(choices).scalar()
    if "from" not in keys or "to" not in keys:
        node.fail("a parameter is a value, 'one_of' or 'from' and 'to'", "add what is missing")
    low = keys["from"].number(-1e12, 1e12, "a number")
    high = keys["to"].number(low, 1e12, "a number")
    if "step" not in keys:
        return round(chance.uniform(low, high), 3)
    step = keys["step"].number(1e-6, 1e12, "a number")
    value = round(low + step * chance.randint(0, int((high - low) / step + 1e-9)), 6)
    return int(value) if value.is_integer() else value


def _tag(value: Scalar) -> str:
    kinds = {bool: "bool", int: "int", float: "float", str: "str"}
    return f"tag:yaml.org,2002:{kinds[type(value)]}"


def _written(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
