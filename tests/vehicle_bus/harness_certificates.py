"""Keys, certificates and tokens made for one test run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import NameOID

SECONDS = 1_800_000_000.0
"""Of the tests' tokens: now."""


@dataclass(frozen=True)
class Signed:
    """A certificate with its key, in files."""

    certificate: Path
    key: Path


class Authority:
    """Signs certificates for this machine."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name(name)
        made = _builder(self._name, self._name, self._key.public_key())
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(made.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM))

    def sign(self, name: str) -> Signed:
        key = ec.generate_private_key(ec.SECP256R1())
        names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
        made = _builder(_name(name), self._name, key.public_key())
        made = made.add_extension(x509.SubjectAlternativeName(names), critical=False)
        signed = Signed(self._folder / f"{name}.pem", self._folder / f"{name}.key")
        certificate = made.sign(self._key, hashes.SHA256())
        signed.certificate.write_bytes(certificate.public_bytes(Encoding.PEM))
        form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        signed.key.write_bytes(key.private_bytes(*form))
        return signed


def pem(key: object) -> str:
    """The private key in PEM."""
    form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return key.private_bytes(*form).decode()  # type: ignore[attr-defined, no-any-return]


def public_pem(key: object) -> str:
    """The public key to a private one in PEM."""
    form = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return key.public_key().public_bytes(*form).decode()  # type: ignore[attr-defined, no-any-return]


def token(key: str | None, scope: str | None, algorithm: str = "RS256", **claims: object) -> str:
    """A token as KUKSA's own scripts make them; a claim that is None is left out."""
    known: dict[str, object] = {
        "sub": "head-unit",
        "iss": "createToken.py",
        "aud": ["kuksa.val"],
        "iat": int(SECONDS) - 60 - 400_000_000,
        "exp": int(SECONDS) + 60,
        "scope": scope,
    }
    payload = {name: each for name, each in {**known, **claims}.items() if each is not None}
    return jwt.encode(payload, key, algorithm)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    today = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
    )
