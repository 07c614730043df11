"""`cabin-agent skill new NAME`: a working skill with a test that passes."""

from __future__ import annotations

import keyword
from collections.abc import Mapping
from pathlib import Path
from string import Template

from cabin_agent.errors import BadRequest
from cabin_agent.sdk.checks import NAME, RESERVED
from cabin_agent.sdk.registry import BUILT_IN

TEMPLATE = Path(__file__).parent / "template"


def scaffold(name: str, where: Path) -> tuple[Path, ...]:
    """Write the project `where/name`; gives its files. BadRequest for a name that can't be one."""
    _check(name, where)
    title = name.replace("_", " ")
    words = {
        "name": name,
        "title": title,
        "capital": title.capitalize(),
        "dashed": name.replace("_", "-"),
        "class_name": "".join(part.capitalize() for part in name.split("_")),
    }
    written = [_write(where / name / target, source, words) for source, target in _files(name)]
    package = where / name / name / "__init__.py"
    package.write_text("", encoding="utf-8")
    return (*written, package)


def _check(name: str, where: Path) -> None:
    if not NAME.fullmatch(name) or keyword.iskeyword(name):
        raise BadRequest(f"name: {name!r}", "use lower case letters, digits and _")
    if name in RESERVED or (BUILT_IN / name).exists():
        raise BadRequest(f"name: {name!r} is taken by the product", "choose another one")
    if (where / name).exists():
        raise BadRequest(f"{where / name}: is there already", "choose another name or place")


def _files(name: str) -> tuple[tuple[str, str], ...]:
    return (
        ("skill.py.txt", f"{name}/skill.py"),
        ("phrases.yaml.txt", f"{name}/phrases.yaml"),
        ("test_skill.py.txt", f"tests/test_{name}.py"),
        ("pyproject.toml.txt", "pyproject.toml"),
        ("README.md.txt", "README.md"),
    )


def _write(file: Path, source: str, words: Mapping[str, str]) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    text = (TEMPLATE / source).read_text(encoding="utf-8")
    file.write_text(Template(text).substitute(words), encoding="utf-8")
    return file
