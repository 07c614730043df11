"""Who a KUKSA client is and what its JSON web token lets it do.

A token is signed with the private key whose public one the server has, is meant for the audience
`kuksa.val`, has not expired, and its `scope` holds words `read|actuate|provide|create[:path]`,
where `*` in a path is one segment, `**` any number, and a path without one at its end covers all
below it; a word without a path covers everything. One further claim is ours: `zone` names the seat
zone whose person the client acts for (a head unit: `driver`), so that the policy judges it as that
person; without it the client is nobody in particular and gets what every passenger may have.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import grpc
import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from vehicle_bus.errors import InvalidValue
from vehicle_bus.kuksa.paths import pattern_of
from vehicle_bus.values import Requester, Zone

AUDIENCE = "kuksa.val"
CLAIMS = ("sub", "exp", "scope")
EVERYTHING = ("**",)
_SCOPE = re.compile(r"(read|actuate|provide|create)(?::(\S+))?")
_ALGORITHMS = (
    (rsa.RSAPublicKey, ("RS256", "RS384", "RS512")),
    (ec.EllipticCurvePublicKey, ("ES256", "ES384")),
    (ed25519.Ed25519PublicKey, ("EdDSA",)),
)


class BadToken(Exception):
    """The token is missing, forged, expired or meant for somebody else: UNAUTHENTICATED."""


class BadKey(ValueError):
    """The public key can't be used; the message names cause and mend."""


@dataclass(frozen=True, slots=True)
class Permissions:
    """Patterns (`paths.pattern_of`) of what a client may read, actuate, provide and create; `name`
    and `zone` are who it is. `expires`: seconds since 1970, None for never."""

    name: str
    zone: Zone = Zone.UNKNOWN
    read: tuple[str, ...] = EVERYTHING
    actuate: tuple[str, ...] = EVERYTHING
    provide: tuple[str, ...] = EVERYTHING
    create: tuple[str, ...] = EVERYTHING
    expires: float | None = None

    def may_read(self, path: str) -> bool:
        """Who may do anything else with a signal may read it, as with KUKSA's databroker."""
        return any(
            _covers(each, path) for each in (self.read, self.actuate, self.provide, self.create)
        )

    def may_provide(self, path: str) -> bool:
        return _covers(self.provide, path)

    def may_actuate(self, path: str) -> bool:
        return _covers(self.actuate, path)

    def requester(self, *paths: str) -> Requester:
        """Who asks the policy for `paths`, with those of them as scope that the token covers."""
        return Requester(f"kuksa:{self.name}", self.zone, tuple(filter(self.may_actuate, paths)))

    def seconds_left(self, now: float) -> float | None:
        """Until the token expires; None if it never does."""
        return None if self.expires is None else max(0.0, self.expires - now)


class Doorkeeper:
    """Finds out who calls. Without a key everybody may come in, as nobody in particular, unless
    `open_zone` says whom to take them for. `now` tells the seconds since 1970."""

    def __init__(
        self,
        key: str = "",
        open_zone: Zone = Zone.UNKNOWN,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._key = key
        self._algorithms = _algorithms(key) if key else ()
        self._open_zone = open_zone
        self.now = now
        self._read = lru_cache(maxsize=256)(self._verified)

    @classmethod
    def with_key(cls, file: Path, open_zone: Zone = Zone.UNKNOWN) -> Doorkeeper:
        """With the public key of who signs the tokens (PEM); BadKey if it is none."""
        try:
            return cls(file.read_text(encoding="utf-8"), open_zone)
        except OSError as error:
            raise BadKey(f"{file}: can't be read ({error.strerror}); check the path") from None
        except ValueError as error:
            raise BadKey(f"{file}: {error}") from None

    def admit(self, context: grpc.aio.ServicerContext) -> Permissions:  # type: ignore[type-arg]
        """The permissions of a call, or BadToken."""
        if not self._key:
            return Permissions(_who(context), self._open_zone)
        metadata = context.invocation_metadata() or ()
        header = next((str(value) for key, value in metadata if key == "authorization"), "")
        if not header.startswith("Bearer "):
            raise BadToken("no token; send `authorization: Bearer ...`")
        return self.read(header.removeprefix("Bearer "))

    def read(self, token: str) -> Permissions:
        """What a token says, once its signature, audience and date are proved."""
        who = self._read(token)
        self.check_date(who)
        return who

    def check_date(self, who: Permissions) -> None:
        """BadToken if the token of `who` has expired."""
        if who.seconds_left(self.now()) == 0.0:
            raise BadToken("the token has expired; get a new one")

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
            path = match[2] or "**"
            pattern_of(path)
        except InvalidValue as error:
            raise BadToken(f"the scope {word!r}: {error}") from None
        found[match[1]].append(path)
    return {name: tuple(paths) for name, paths in found.items()}


@lru_cache(maxsize=16384)
def _covers(patterns: tuple[str, ...], path: str) -> bool:
    return any(pattern_of(pattern).fullmatch(path) for pattern in patterns)


def _who(context: grpc.aio.ServicerContext) -> str:  # type: ignore[type-arg]
    """The name on the client's certificate, or where it calls from, without the port that changes
    with every connection."""
    for name in context.auth_context().get("x509_common_name", ()):
        return name.decode(errors="replace")
    address = str(context.peer())
    return address.rpartition(":")[0] or address
