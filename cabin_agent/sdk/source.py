"""A skill's source as text: where something is said in it, without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


class NotPython(Exception):
    """The file can't be read as Python."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Source:
    """The parsed `skill.py`."""

    tree: ast.Module

    @classmethod
    def read(cls, file: Path) -> Source:
        try:
            return cls(ast.parse(file.read_bytes(), str(file)))
        except SyntaxError as error:
            raise NotPython(error.lineno or 1, f"not Python: {error.msg}") from None
        except (OSError, ValueError) as error:
            raise NotPython(1, f"can't be read: {error}") from None

    def line_of(self, text: str, scope: str = "") -> int | None:
        """Where the string, parameter or name `text` stands; within the method `scope` if that is
        given, else anywhere, with the first place first."""
        inside = self._method(scope) if scope else None
        roots: list[ast.AST] = [inside, self.tree] if inside else [self.tree]
        for root in roots:
            for node in ast.walk(root):
                constant = isinstance(node, ast.Constant) and node.value == text
                parameter = isinstance(node, ast.arg) and node.arg == text
                named = isinstance(node, ast.Name) and node.id == text
                if constant or parameter or named:
                    assert isinstance(node, ast.Constant | ast.arg | ast.Name)
                    return node.lineno
        return None

    def says(self, keyword: str) -> bool:
        """Whether `Manifest(...)` has `keyword=True`, spelled out."""
        return any(
            word.arg == keyword
            and isinstance(word.value, ast.Constant)
            and word.value.value is True
            for call in ast.walk(self.tree)
            if isinstance(call, ast.Call) and _name(call.func) == "Manifest"
            for word in call.keywords
        )

    def strings(self) -> Iterator[tuple[str, int]]:
        """Every string outside f-strings, and its line."""
        pieces = {
            id(part)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.JoinedStr)
            for part in node.values
        }
        for node in ast.walk(self.tree):
            text = isinstance(node, ast.Constant) and isinstance(node.value, str)
            if text and id(node) not in pieces:
                assert isinstance(node, ast.Constant)
                yield str(node.value), node.lineno

    def _method(self, name: str) -> ast.AST | None:
        kinds = ast.AsyncFunctionDef | ast.FunctionDef
        found = (n for n in ast.walk(self.tree) if isinstance(n, kinds) and n.name == name)
        return next(found, None)


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
