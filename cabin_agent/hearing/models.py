"""Where the Vosk model of a language is, and whether it is whole. Nothing is ever downloaded.

Order: the configuration, VOSK_MODEL_PATH, the user's cache, the model that the package ships. A
model tells its language by its name ("vosk-model-small-cn-0.22", "vosk-en"); one whose name tells
nothing is taken for any language, if it was named on purpose.
"""

from __future__ import annotations

import json
import os
import re
import struct
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path

from cabin_agent.errors import NotReady
from cabin_agent.turn import Language

SHIPPED = Path(__file__).resolve().parents[1] / "models"
ENVIRONMENT = "VOSK_MODEL_PATH"
UNPACK = "unpack or install the model again"
TRIAL_LIMIT_S = 120.0

_CODES = {"en": Language.ENGLISH, "cn": Language.MANDARIN, "zh": Language.MANDARIN}
_NAME = re.compile(r"vosk(?:-model)?(?:-small|-android)?-([a-z]{2,3})(?:-|$)")
_OPTION = re.compile(r"(--[a-z0-9.-]+=.*|#.*|)")

_KALDI_BINARY = b"\0B<TransitionModel> "
_FST_MAGIC = 0x7EB2FDD6
_LOOKAHEAD = b"_lookahead"
_ADD_ON_BYTES = 4
_CONST = b"const"
_STATE_BYTES = 20
_ARC_BYTES = 16


class ModelError(NotReady):
    """There is no model for a language, or the one there is can't be used."""


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere a model is looked for, and the one that is there (None: nothing)."""

    source: str
    folder: Path
    model: Path | None


def cache() -> Path:
    """Where a user's own models are unpacked."""
    return user_cache_path("cabin-agent") / "models"


def find_model(
    language: Language,
    configured: Path | None = None,
    environment: Mapping[str, str] = os.environ,
    cache_folder: Path | None = None,
) -> Path:
    """The checked directory of the model for `language`; raises ModelError if there is none.

    The first place that has a model counts: a broken one is an error, it is never passed over.
    """
    for place in places(language, configured, environment, cache_folder):
        if place.model:
            check(place.model)
            _check_language(place.model, language)
            return place.model
    home = cache_folder or cache()
    example = "cn" if language is Language.MANDARIN else "en-us"
    raise ModelError(
        f"no Vosk model for {language}",
        f"install one (cabin-agent models install vosk-model-small-{example}), unpack one into "
        f"{home}, or name its directory in the config (vosk_models: {{{language}: DIR}}) or in "
        f"{ENVIRONMENT}",
    )


def places(
    language: Language,
    configured: Path | None = None,
    environment: Mapping[str, str] = os.environ,
    cache_folder: Path | None = None,
) -> Iterator[Place]:
    """Where a model for `language` is looked for, in that order."""
    if configured:
        yield Place("config", configured, configured)
    if given := environment.get(ENVIRONMENT):
        path = Path(given)
        other = language_of(path) not in (None, language)
        yield Place(ENVIRONMENT, path, None if other else path)
    home = cache_folder or cache()
    if chosen := preferences(home).get(language):
        yield Place("chosen", home, home / chosen)
    for source, folder in (("cache", home), ("shipped", SHIPPED)):
        found = (path for path in _folders(folder) if language_of(path) is language)
        yield Place(source, folder, next(found, None))


def preferences(folder: Path) -> dict[Language, str]:
    """Which installed model was chosen for a language (`cabin-agent models use`)."""
    file = folder / "use.json"
    try:
        chosen = json.loads(file.read_text(encoding="utf-8"))
        return {Language(language): str(name) for language, name in chosen.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError) as error:
        mend = "delete it, then: cabin-agent models use NAME"
        raise ModelError(f"{file}: can't be read ({error})", mend) from None


def language_of(directory: Path) -> Language | None:
    """The language that the directory's name tells, if it does and we speak it."""
    name = _NAME.match(directory.name)
    return _CODES.get(name.group(1)) if name else None


def check(directory: Path) -> None:
    """Raise ModelError unless `directory` has the files of a Vosk model and they look whole.

    Vosk itself tells nothing useful about a broken model, and some damage ends the process. There
    are two layouts: the present one (am, conf, graph) and an old one without folders.
    """
    if not directory.is_dir():
        raise ModelError(f"{directory}: no such directory", "give the unpacked folder of a model")
    present = not (directory / "final.mdl").is_file()
    _check_acoustic(_file(directory, "am/final.mdl", "final.mdl"))
    _check_options(_file(directory, "conf/mfcc.conf", "mfcc.conf"))
    if present:
        _check_options(_file(directory, "conf/model.conf"))
    _check_graph(directory)


def try_out(directory: Path) -> None:
    """Let another process load the model and decode silence; ModelError tells what Vosk said.

    Takes as long as loading does. Damage that ends a process ends only that one.
    """
    command = [sys.executable, "-m", "cabin_agent.hearing.trial", str(directory)]
    try:
        trial = subprocess.run(command, capture_output=True, text=True, timeout=TRIAL_LIMIT_S)
    except subprocess.TimeoutExpired:
        cause = f"{directory}: Vosk did not load it in {TRIAL_LIMIT_S:.0f} s"
        raise ModelError(cause, "use a smaller model") from None
    if trial.returncode:
        raise ModelError(f"{directory}: Vosk can't use it ({_reason(trial.stderr)})", UNPACK)


def _reason(log: str) -> str:
    said = re.findall(r"(?:ERROR|ASSERTION_FAILED) \([^)]*\)+[^)]*?\)? (.+)", log)
    return str(said[0]).strip() if said else "it crashes"


def _check_language(directory: Path, language: Language) -> None:
    speaks = language_of(directory)
    if speaks not in (None, language):
        raise ModelError(f"{directory}: a model for {speaks}", f"give one for {language}")


def _check_acoustic(file: Path) -> None:
    with file.open("rb") as content:
        if content.read(len(_KALDI_BINARY)) != _KALDI_BINARY:
            raise ModelError(f"{file}: empty, or not a Kaldi acoustic model", UNPACK)


def _check_options(file: Path) -> None:
    lines = file.read_bytes().decode("utf-8", "replace").splitlines()
    if not any(line.startswith("--") for line in lines):
        raise ModelError(f"{file}: no options in it", UNPACK)
    for number, line in enumerate(lines, 1):
        if not _OPTION.fullmatch(line.strip()):
            raise ModelError(f"{file}:{number}: not an option of the form --name=value", UNPACK)


def _check_graph(directory: Path) -> None:
    static = _there(directory, "graph/HCLG.fst", "HCLG.fst")
    if static:
        _check_fst(static)
        _check_words(_file(directory, "graph/words.txt", "words.txt"))
        return
    if not _there(directory, "graph/HCLr.fst", "HCLr.fst"):
        raise ModelError(f"{directory}: no graph/HCLG.fst nor graph/HCLr.fst", UNPACK)
    for name in ("HCLr.fst", "Gr.fst"):
        _check_fst(_file(directory, f"graph/{name}", name))
    _check_numbers(_file(directory, "graph/disambig_tid.int", "disambig_tid.int"))
    words = _there(directory, "graph/words.txt", "words.txt")
    if words:
        _check_words(words)


def _check_fst(file: Path) -> None:
    """The header of OpenFst: magic number, kind and arc type (length and text), version and flags
    (int32), properties, start, number of states and of arcs (int64). A look-ahead graph has the
    header of the graph it wraps behind its own and another magic number."""
    with file.open("rb") as content:
        header = content.read(256)
    try:
        kind, counts, end = _fst_header(header, 0)
        if kind.endswith(_LOOKAHEAD):
            kind, counts, _ = _fst_header(header, end + _ADD_ON_BYTES)
    except (struct.error, ValueError):
        raise ModelError(f"{file}: truncated, or not an OpenFst graph", UNPACK) from None
    states, arcs = counts
    needed = states * _STATE_BYTES + arcs * _ARC_BYTES if kind == _CONST else 0
    if file.stat().st_size < needed:
        raise ModelError(f"{file}: truncated", UNPACK)


def _fst_header(header: bytes, at: int) -> tuple[bytes, tuple[int, int], int]:
    """(kind, (states, arcs), where the header ends)."""
    magic, length = struct.unpack_from("<ii", header, at)
    if magic != _FST_MAGIC:
        raise ValueError("no magic number")
    kind = header[at + 8 : at + 8 + length]
    at += 8 + length
    (arc_length,) = struct.unpack_from("<i", header, at)
    at += 4 + arc_length + 24
    states, arcs = struct.unpack_from("<qq", header, at)
    return kind, (states, arcs), at + 16


def _check_words(file: Path) -> None:
    content = file.read_bytes()
    lines = content.splitlines()
    ends = [lines[0], lines[-1]] if lines else [b""]
    if not content.endswith(b"\n") or any(len(line.split()) != 2 for line in ends):
        raise ModelError(f"{file}: truncated, or no list of words and numbers", UNPACK)


def _check_numbers(file: Path) -> None:
    if not re.fullmatch(rb"(\d+\r?\n)+", file.read_bytes()):
        raise ModelError(f"{file}: truncated, or no list of numbers", UNPACK)


def _file(directory: Path, *names: str) -> Path:
    found = _there(directory, *names)
    if found is None:
        mend = "give the unpacked folder of a Vosk model, all files included"
        raise ModelError(f"{directory}: no {names[0]}", mend)
    return found


def _there(directory: Path, *names: str) -> Path | None:
    return next((directory / name for name in names if (directory / name).is_file()), None)


def _folders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
