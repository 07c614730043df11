"""The embedded bus: current values, subscribers, one provider for each actuator, one policy.

Everything runs on one event loop and without locks: what has to be atomic has no `await` in it.
"""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Iterator, Mapping

from vehicle_bus.bus import BUFFER, Actuated, Bus, Handler, Registration, Subscription, Update
from vehicle_bus.catalogue import Catalogue, Kind, Leaf, no_actuator, validate
from vehicle_bus.errors import (
    AlreadyProvided,
    BusError,
    ConfirmationNeeded,
    InvalidValue,
    NoProvider,
    ProviderFailed,
    ProviderSilent,
    RateLimited,
    Refused,
)
from vehicle_bus.limits import RateLimit, RateLimiter
from vehicle_bus.patterns import in_scope
from vehicle_bus.policy import Policy, out_of_scope_verdict
from vehicle_bus.subscriptions import BufferedSubscription, UpdateBuffer
from vehicle_bus.values import (
    ActuationRequest,
    Clock,
    Datapoint,
    Decision,
    Judged,
    Outcome,
    Scalar,
    Verdict,
    Witness,
)

__all__ = ["Actuated", "Broker", "Bus", "Handler", "Registration", "Subscription", "Update"]

PROVIDER_TIMEOUT_S = 2.0


class Broker:
    """A `Bus` in this process.

    `clock` stamps every value; `policy` is asked before every actuation; a provider has
    `provider_timeout_s` seconds of the event loop's time to answer.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        policy: Policy,
        clock: Clock,
        *,
        rate: RateLimit | None = None,
        witnesses: tuple[Witness, ...] = (),
        provider_timeout_s: float = PROVIDER_TIMEOUT_S,
    ) -> None:
        self.catalogue = catalogue
        self.clock = clock
        self._policy = policy
        self._limiter = RateLimiter(rate or RateLimit(), clock)
        self._timeout = provider_timeout_s
        self._witnesses = witnesses
        self._values: dict[str, Datapoint] = {}
        self._readers: dict[str, dict[UpdateBuffer, None]] = {}
        self._providers: dict[str, _Claim] = {}

    async def signals(self, *patterns: str) -> tuple[Leaf, ...]:
        return tuple(self.catalogue[path] for path in self.catalogue.matching(*patterns))

    async def get(self, *paths: str) -> dict[str, Datapoint | None]:
        return {self.catalogue[path].path: self._values.get(path) for path in paths}

    async def snapshot(self) -> Mapping[str, Datapoint]:
        return self._values.copy()

    async def publish(self, values: Mapping[str, Scalar]) -> None:
        for path in values:
            if path in self._providers:
                raise AlreadyProvided(
                    path,
                    "its provider alone publishes its value",
                    "publish through the provider's registration",
                )
        self._publish(values)

    def subscribe(self, *patterns: str, buffer: int = BUFFER) -> Subscription:
        if buffer < 1:
            raise ValueError(f"a buffer of {buffer} holds nothing: give at least 1")
        updates = UpdateBuffer(buffer)
        try:
            paths = self.catalogue.matching(*patterns)
        except BusError as problem:
            updates.close(problem)
            return BufferedSubscription(updates, updates.drain)
        for path in paths:
            self._readers.setdefault(path, {})[updates] = None
            if (current := self._values.get(path)) is not None:
                updates.push(path, current)
        subscription = BufferedSubscription(updates, lambda: self._detach(updates, paths))
        weakref.finalize(subscription, self._detach, updates, paths).atexit = False
        return subscription

    async def actuate(self, request: ActuationRequest) -> Actuated:
        try:
            self._limiter.take(request.requester.identity, request.requester.name)
            targets = self._targets(request)
            verdict = self._judge(request, targets)
        except BusError as error:
            self._tell(request, error)
            raise
        self._tell(request, verdict)
        try:
            return await self._apply(targets, verdict)
        except BusError as error:
            self._tell(request, error)
            raise

    async def provide(self, paths: tuple[str, ...], handler: Handler) -> Registration:
        claimed = tuple(dict.fromkeys(self._claimable(paths)))
        claim = _Claim(self, claimed, handler)
        self._providers.update(dict.fromkeys(claimed, claim))
        return claim

    def mirror(self, values: Mapping[str, Scalar], age_s: float = 0.0) -> None:
        """Take over values of another bus that this one mirrors, whoever provides them there."""
        self._publish(values, age_s)

    def witnessed_by(self, witness: Witness) -> None:
        """From now on tell `witness` too."""
        self._witnesses = (*self._witnesses, witness)

    def readers_of(self, path: str) -> int:
        """How many subscriptions wait for `path`."""
        return len(self._readers.get(path, ()))

    async def _apply(self, targets: dict[str, Scalar], verdict: Verdict) -> Actuated:
        claims = self._claims(targets)
        before = {path: self._value(path) for path in targets}
        at = self.clock()
        applied: list[str] = []
        for claim, paths in claims.items():
            await self._hand_over(claim, {path: targets[path] for path in paths}, tuple(applied))
            applied += paths
        return Actuated(before, verdict, at)

    def _tell(self, request: ActuationRequest, what: Verdict | BusError) -> None:
        if not self._witnesses:
            return
        judged = _judged(request, what, self.clock())
        for witness in self._witnesses:
            witness(judged)

    def _publish(self, values: Mapping[str, Scalar], age_s: float = 0.0) -> None:
        valid = {path: validate(self.catalogue[path], value) for path, value in values.items()}
        at = self.clock() - age_s
        for path, value in valid.items():
            point = self._values[path] = Datapoint(value, at)
            for reader in self._readers.get(path, ()):
                reader.push(path, point)

    def _release(self, claim: _Claim) -> None:
        for path in claim.paths:
            if self._providers.get(path) is claim:
                del self._providers[path]

    def _detach(self, updates: UpdateBuffer, paths: tuple[str, ...]) -> None:
        if updates.closed:
            return
        updates.close()
        for path in paths:
            del self._readers[path][updates]

    def _claimable(self, patterns: tuple[str, ...]) -> Iterator[str]:
        for path in self.catalogue.actuators(*patterns):
            if path in self._providers:
                raise AlreadyProvided(
                    path, "another provider holds it", "close that registration first"
                )
            yield path

    def _targets(self, request: ActuationRequest) -> dict[str, Scalar]:
        if not request.values:
            raise InvalidValue("", "the batch is empty", "name at least one actuator and value")
        targets = {}
        for path, value in request.values.items():
            leaf = self.catalogue[path]
            if leaf.kind is not Kind.ACTUATOR:
                raise no_actuator(leaf)
            targets[path] = validate(leaf, value)
        return targets

    def _judge(self, request: ActuationRequest, targets: dict[str, Scalar]) -> Verdict:
        scopes = request.requester.scopes
        outside = tuple(path for path in targets if not in_scope(scopes, path))
        if outside:
            raise Refused(out_of_scope_verdict(outside))
        verdict = self._policy(
            ActuationRequest(targets, request.requester, request.confirmed),
            self._values,
            self.clock(),
        )
        if verdict.decision is Decision.REFUSE:
            raise Refused(verdict)
        if verdict.decision is Decision.CONFIRM:
            raise ConfirmationNeeded(verdict)
        return verdict

    def _claims(self, targets: Mapping[str, Scalar]) -> dict[_Claim, list[str]]:
        claims: dict[_Claim, list[str]] = {}
        for path in targets:
            if (claim := self._providers.get(path)) is None:
                raise NoProvider(
                    path, "nothing in the vehicle provides it", "start its control unit"
                )
            claims.setdefault(claim, []).append(path)
        return claims

    async def _hand_over(
        self, claim: _Claim, values: Mapping[str, Scalar], applied: tuple[str, ...]
    ) -> None:
        path = next(iter(values))
        if claim.closed:
            raise ProviderFailed(path, "its provider has left", "try again", applied)
        try:
            async with asyncio.timeout(self._timeout) as deadline:
                await claim.handler(values)
        except Exception as error:
            if deadline.expired():
                cause = f"its provider did not answer within {self._timeout:g} s"
                raise ProviderSilent(path, cause, "check the control unit", applied) from error
            if isinstance(error, NoProvider):
                raise
            if isinstance(error, ProviderFailed):
                applied += error.applied
                kind = type(error)
                raise kind(error.path or path, error.cause, error.mend, applied) from error
            cause = f"its provider failed ({type(error).__name__}: {error})"
            raise ProviderFailed(path, cause, "check the control unit", applied) from error

    def _value(self, path: str) -> Scalar | None:
        point = self._values.get(path)
        return None if point is None else point.value


class _Claim:
    """A `Registration` with the broker."""

    def __init__(self, broker: Broker, paths: tuple[str, ...], handler: Handler) -> None:
        self._broker = broker
        self._paths = paths
        self.handler = handler
        self.closed = False

    @property
    def paths(self) -> tuple[str, ...]:
        return self._paths

    async def publish(self, values: Mapping[str, Scalar]) -> None:
        for path in values:
            holder = self._broker._providers.get(path)
            if holder is not None and holder is not self:
                raise AlreadyProvided(
                    path, "another provider publishes its value", "publish your own actuators"
                )
        self._broker._publish(values)

    async def close(self) -> None:
        self.closed = True
        self._broker._release(self)


def _judged(request: ActuationRequest, what: Verdict | BusError, at: float) -> Judged:
    match what:
        case Verdict(rule=rule):
            return Judged(request, Outcome.ALLOWED, rule, "", at)
        case Refused(verdict=verdict):
            return Judged(request, Outcome.REFUSED, verdict.rule, verdict.reason_en, at)
        case ConfirmationNeeded(verdict=verdict):
            return Judged(request, Outcome.TO_CONFIRM, verdict.rule, verdict.reason_en, at)
        case RateLimited():
            return Judged(request, Outcome.LIMITED, "rate", str(what), at)
        case ProviderFailed() | NoProvider():
            return Judged(request, Outcome.FAILED, "", str(what), at)
        case _:
            return Judged(request, Outcome.INVALID, "", str(what), at)
