"""Certificates and keys in PEM, read and checked before anybody connects."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509 import load_pem_x509_certificates


class BadCertificate(ValueError):
    """A file is no usable certificate or key; the message names it and the mend."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who shows itself: a certificate chain, its own first, and the private key to it."""

    certificate: bytes
    key: bytes

    @classmethod
    def load(cls, certificate: Path, key: Path) -> Identity:
        """BadCertificate if one is unreadable, protected by a password, or not the other's."""
        chain, secret = _read(certificate), _read(key)
        try:
            private = load_pem_private_key(secret, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise BadCertificate(
                f"{key}: no private key in PEM without a password ({error})"
            ) from None
        public = load_pem_x509_certificates(load_authority(certificate))[0].public_key()
        form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        if private.public_key().public_bytes(*form) != public.public_bytes(*form):
            raise BadCertificate(f"{key}: not the key of {certificate}; give the pair")
        return cls(chain, secret)


def load_authority(file: Path) -> bytes:
    """The certificates in a file; BadCertificate if there is none."""
    content = _read(file)
    try:
        load_pem_x509_certificates(content)
    except ValueError as error:
        raise BadCertificate(f"{file}: no certificate in PEM ({error})") from None
    return content


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadCertificate(f"{file}: can't be read ({error.strerror}); check the path") from None
