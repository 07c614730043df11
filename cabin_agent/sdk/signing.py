"""Signatures of skill folders: Ed25519 over a list of every file and its SHA-256.

`skill.sig` lies in the folder::

    {"algorithm": "ed25519", "key": "<fingerprint of the public key>", "skill": "<folder's hash>",
     "signature": "<base64>"}

Compiled Python files are not listed, because none is ever imported from a skill's folder.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from cabin_agent.errors import BadRequest

SIGNATURE = "skill.sig"
MAX_FILES = 2000
MAX_BYTES = 64 << 20
_CONTEXT = b"cabin-agent skill 1\n"
_IGNORED = frozenset({"__pycache__", ".pytest_cache", ".ruff_cache", ".mypy_cache"})
_SHORT = 16


class Unsigned(Exception):
    """The folder bears no signature that can be trusted; says why."""


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A public key, and the file it came from."""

    name: str
    key: Ed25519PublicKey

    @property
    def id(self) -> str:
        return key_id(self.key)


def fingerprint(folder: Path) -> str:
    """A hash over names and contents of all files of a skill. BadRequest for what can't be
    signed: links out of the folder, and more than a skill may be."""
    listed = "".join(f"{digest}  {name}\n" for name, digest in sorted(_hashes(folder).items()))
    return hashlib.sha256(_CONTEXT + listed.encode()).hexdigest()


def _hashes(folder: Path) -> Mapping[str, str]:
    found: dict[str, str] = {}
    total = 0
    for path in _files(folder):
        total += path.stat().st_size
        if len(found) >= MAX_FILES or total > MAX_BYTES:
            raise BadRequest(
                f"{folder}: more than {MAX_FILES} files or {MAX_BYTES >> 20} MiB",
                "keep what is no part of the skill elsewhere",
            )
        found[path.relative_to(folder).as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def _files(folder: Path) -> Iterable[Path]:
    for at, folders, names in os.walk(folder):
        folders[:] = sorted(each for each in folders if each not in _IGNORED)
        for path in (Path(at) / name for name in sorted((*names, *folders))):
            if path.is_symlink():
                raise BadRequest(f"{path}: a link", "put the file itself into the skill")
            if path.is_file() and path.name != SIGNATURE and path.suffix != ".pyc":
                yield path


def sign(folder: Path, key: Ed25519PrivateKey) -> Path:
    """Write the signature into the folder; gives its file."""
    digest = fingerprint(folder)
    document = {
        "algorithm": "ed25519",
        "key": key_id(key.public_key()),
        "skill": digest,
        "signature": base64.b64encode(key.sign(_CONTEXT + digest.encode())).decode(),
    }
    file = folder / SIGNATURE
    file.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return file


def verify(folder: Path, keys: Iterable[TrustedKey], digest: str = "") -> TrustedKey:
    """Whose signature the folder bears. Unsigned if it is none of `keys`', or a file differs.
    `digest`: the folder's fingerprint, if it is known."""
    file = folder / SIGNATURE
    if not file.is_file():
        raise Unsigned("it is not signed")
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        signature = base64.b64decode(document["signature"], validate=True)
        key_of, signed = str(document["key"]), str(document["skill"])
    except (OSError, ValueError, KeyError, TypeError):
        raise Unsigned(f"its {SIGNATURE} can't be read; sign it again") from None
    trusted = next((key for key in keys if key.id == key_of), None)
    if trusted is None:
        raise Unsigned(f"it is signed with the key {key_of[:_SHORT]}, which is not trusted")
    try:
        trusted.key.verify(signature, _CONTEXT + signed.encode())
    except InvalidSignature:
        raise Unsigned("its signature is forged or damaged") from None
    if signed != (digest or fingerprint(folder)):
        raise Unsigned("a file has changed since it was signed")
    return trusted


def make_keys(stem: Path) -> tuple[Path, Path]:
    """A new pair: `<stem>.key` to sign with, readable by its owner only, and `<stem>.pub` to
    trust."""
    secret = Ed25519PrivateKey.generate()
    private, public = stem.with_suffix(".key"), stem.with_suffix(".pub")
    for file in (private, public):
        if file.exists():
            raise BadRequest(f"{file}: there is one already", "choose another name")
    opened = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "wb") as out:
        out.write(
            secret.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
    public.write_bytes(
        secret.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    return private, public


def read_private(file: Path) -> Ed25519PrivateKey:
    """The key to sign with. BadRequest for any other file."""
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise BadRequest(f"{file}: no private key ({error})", _MEND) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise BadRequest(f"{file}: no Ed25519 key", _MEND)
    return key


def read_trusted(file: Path) -> TrustedKey:
    """A key to trust. BadRequest for any other file."""
    try:
        key = serialization.load_pem_public_key(file.read_bytes())
    except (OSError, ValueError) as error:
        raise BadRequest(f"{file}: no public key ({error})", _MEND) from None
    if not isinstance(key, Ed25519PublicKey):
        raise BadRequest(f"{file}: no Ed25519 key", _MEND)
    return TrustedKey(file.stem, key)


_MEND = "make a pair with 'cabin-agent skill keygen NAME'"


def key_id(key: Ed25519PublicKey) -> str:
    """What names a key in signatures: the SHA-256 of its 32 bytes."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()
