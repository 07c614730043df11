"""Installs a Vosk model: from an archive at hand, or by name from the list its makers publish.

A download goes on where it was broken off; what arrives is compared with the published checksum,
unpacked beside the models, tried out by another process, and only then put in its place.
"""

from __future__ import annotations

import hashlib
import shutil
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import requests

from cabin_agent.hearing.installed import record
from cabin_agent.hearing.models import ModelError, cache, check, try_out

LIST_URL = "https://alphacephei.com/vosk/models/model-list.json"
"""The list that the `vosk` package itself downloads from."""
TIMEOUT_S = 20.0
BLOCK = 1 << 18
BY_HAND = "download it elsewhere and give the archive: cabin-agent models install FILE.zip"

Progress = Callable[[int, int], None]
"""(bytes done, bytes in all)."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A model of the published list. `bytes`: of its archive."""

    name: str
    url: str
    md5: str
    bytes: int
    language: str
    kind: str


def offered(url: str = LIST_URL) -> tuple[Offered, ...]:
    """What can be downloaded now, obsolete ones left out. ModelError without a network."""
    try:
        answer = requests.get(url, timeout=TIMEOUT_S)
        answer.raise_for_status()
        rows = answer.json()
        return tuple(
            Offered(row["name"], row["url"], row["md5"], int(row["size"]), row["lang"], row["type"])
            for row in rows
            if row["obsolete"] != "true"
        )
    except requests.RequestException as error:
        cause = f"the list of models can't be fetched from {url} ({type(error).__name__})"
        raise ModelError(cause, f"no network? {BY_HAND}") from None
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{url} is no list of models ({error!r})", BY_HAND) from None


def install(what: str, progress: Progress, url: str = LIST_URL, folder: Path | None = None) -> Path:
    """Install an archive (a path) or a model of the list (a name); gives the model's folder."""
    home = folder or cache()
    home.mkdir(parents=True, exist_ok=True)
    archive = Path(what)
    if archive.is_file():
        return _unpack(archive, home)
    if archive.suffix in (".zip", ".gz", ".tgz", ".tar"):
        raise ModelError(f"{what}: no such file", "check the path")
    models = {each.name: each for each in offered(url)}
    if what not in models:
        known = ", ".join(sorted(name for name, each in models.items() if _ours(each)))
        raise ModelError(f"{what}: not in the list of models", f"English and Chinese: {known}")
    downloaded = _download(models[what], home / ".downloads", progress)
    installed = _unpack(downloaded, home)
    downloaded.unlink()
    return installed


def _ours(model: Offered) -> bool:
    return model.language.startswith(("en", "cn", "zh"))


def _download(model: Offered, folder: Path, progress: Progress) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    part, target = folder / f"{model.name}.part", folder / f"{model.name}.zip"
    try:
        _fetch(model, part, progress)
    except requests.RequestException as error:
        cause = f"{model.name}: broken off ({type(error).__name__})"
        raise ModelError(cause, "say it again, it goes on where it stopped") from None
    found = _md5(part)
    if found != model.md5:
        part.unlink()
        cause = f"{model.name}: checksum {found}, published {model.md5}"
        raise ModelError(cause, "what arrived was thrown away; install it again")
    return part.replace(target)


def _fetch(model: Offered, part: Path, progress: Progress) -> None:
    done = part.stat().st_size if part.exists() else 0
    if done >= model.bytes:
        return
    headers = {"Range": f"bytes={done}-"} if done else {}
    with requests.get(model.url, headers=headers, stream=True, timeout=TIMEOUT_S) as answer:
        answer.raise_for_status()
        goes_on = answer.status_code == requests.codes.partial_content
        done = done if goes_on else 0
        with part.open("ab" if goes_on else "wb") as file:
            for block in answer.iter_content(BLOCK):
                file.write(block)
                done += len(block)
                progress(done, model.bytes)


def _md5(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "md5").hexdigest()


def _unpack(archive: Path, home: Path) -> Path:
    with tempfile.TemporaryDirectory(prefix=".unpacking-", dir=home) as name:
        scratch = Path(name)
        _extract(archive, scratch)
        model = _model_in(archive, scratch)
        check(model)
        try_out(model)
        record(model)
        target = home / (archive.name.split(".zip")[0] if model == scratch else model.name)
        if target.exists():
            shutil.rmtree(target)
        return Path(shutil.move(model, target))


def _extract(archive: Path, scratch: Path) -> None:
    """Neither kind writes outside of `scratch` (zipfile drops "..", tarfile's filter refuses)."""
    try:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as packed:
                packed.extractall(scratch)
            return
        with tarfile.open(archive) as tape:
            tape.extractall(scratch, filter="data")
    except (tarfile.TarError, zipfile.BadZipFile, EOFError, OSError) as error:
        cause = f"{archive}: no whole .zip or .tar.gz archive ({error})"
        raise ModelError(cause, "download it again") from None


def _model_in(archive: Path, scratch: Path) -> Path:
    for folder in (scratch, *sorted(path for path in scratch.iterdir() if path.is_dir())):
        if (folder / "am").is_dir() or (folder / "final.mdl").is_file():
            return folder
    raise ModelError(f"{archive}: no Vosk model in it", "give the archive of a Vosk model")
