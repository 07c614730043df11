"""JSON web tokens of KUKSA clients.

A token is signed with the private key whose public one the server has, is meant for the audience
`kuksa.val`, has not expired, and its `scope` holds words `read|actuate|provide|create[:path]`,
where `*` in a path is one segment, `**` any number, and a path without one at its end covers all
below it; a word without a path covers everything. One further claim is ours: `zone` names the seat
zone whose person the client acts for (a head unit: `driver`), so that the policy judges it as that
person; without it the client is nobody in particular and gets what every passenger may have.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from vehicle_bus.errors import InvalidValue
from vehicle_bus.kuksa.paths import pattern_of
from vehicle_bus.kuksa.permissions import EVERYTHING, BadToken, Permissions
from vehicle_bus.values import Zone

AUDIENCE = "kuksa.val"
CLAIMS = ("sub", "exp", "scope")
REMEMBERED = 256
_SCOPE = re.compile(r"(read|actuate|provide|create)(?::(\S+))?")
_ALGORITHMS = (
    (rsa.RSAPublicKey, ("RS256", "RS384", "RS512")),
    (ec.EllipticCurvePublicKey, ("ES256", "ES384")),
    (ed25519.Ed25519PublicKey, ("EdDSA",)),
)


class BadKey(ValueError):
    """The public key can't be used; the message names cause and mend."""


class Tokens:
    """Reads tokens with the public key of who signs them (PEM); BadKey if it is none."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._algorithms = _algorithms(key)
        self._remembered = lru_cache(REMEMBERED)(self._verified)

    @classmethod
    def with_key(cls, file: Path) -> Tokens:
        try:
            return cls(file.read_text(encoding="utf-8"))
        except OSError as error:
            raise BadKey(f"{file}: can't be read ({error.strerror}); check the path") from None
        except ValueError as error:
            raise BadKey(f"{file}: {error}") from None

    def __call__(self, token: str) -> Permissions:
        """What a token says, once its signature and audience are proved. The date is the
        caller's."""
        return self._remembered(token)

    def _verified(self, token: str) -> Permissions:
        options = {"require": list(CLAIMS), "verify_exp": False}
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=self._algorithms,
                audience=AUDIENCE,
                options=options,  # type: ignore[arg-type]
            )
            expires = float(claims["exp"])
        except jwt.InvalidAudienceError:
            raise BadToken(f"the token is not for {AUDIENCE!r}") from None
        except (jwt.PyJWTError, TypeError, ValueError) as error:
            raise BadToken(f"the token is not valid ({error})") from None
        scopes = _scopes(str(claims["scope"]))
        zone = str(claims.get("zone", Zone.UNKNOWN))
        if zone not in tuple(Zone):
            raise BadToken(f"the token's zone {zone!r} is none of {', '.join(Zone)}")
        return Permissions(str(claims["sub"]), Zone(zone), **scopes, expires=expires)


def _algorithms(pem: str) -> tuple[str, ...]:
    """Those that fit the kind of the key; never a symmetric one."""
    try:
        key = load_pem_public_key(pem.encode())
    except ValueError:
        raise BadKey("no public key; give one in PEM (BEGIN PUBLIC KEY)") from None
    for kind, names in _ALGORITHMS:
        if isinstance(key, kind):
            return names
    raise BadKey("a key of a kind that signs no tokens; use RSA, EC or Ed25519")


def _scopes(text: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {"read": [], "actuate": [], "provide": [], "create": []}
    for word in text.split():
        match = _SCOPE.fullmatch(word)
        try:
            if match is None:
                raise BadToken(f"the scope {word!r} is not read|actuate|provide|create[:path]")
            path = match[2] or EVERYTHING[0]
            pattern_of(path)
        except InvalidValue as error:
            raise BadToken(f"the scope {word!r}: {error}") from None
        found[match[1]].append(path)
    return {name: tuple(paths) for name, paths in found.items()}
