"""kuksa.val.v1 over a bus. What goes wrong with one entry is told in the answer, entry by entry,
with the codes of the databroker; what goes wrong with the request ends the call."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping

from kuksa.val.v1 import types_pb2 as types
from kuksa.val.v1 import val_pb2 as pb
from kuksa.val.v1 import val_pb2_grpc

from vehicle_bus.bus import Subscription
from vehicle_bus.catalogue import Kind
from vehicle_bus.errors import (
    BusError,
    ConfirmationNeeded,
    Denied,
    InvalidValue,
    NoProvider,
    NotActuator,
    RateLimited,
    Refused,
    UnknownPath,
    shortened,
)
from vehicle_bus.kuksa import values
from vehicle_bus.kuksa.following import Pace, batches_of, changes_of, merged
from vehicle_bus.kuksa.gate import NAME, VERSION, Context, Gate, abort
from vehicle_bus.kuksa.permissions import BadToken, Permissions
from vehicle_bus.values import Datapoint, Scalar

CODES: tuple[tuple[type[BusError], int, str], ...] = (
    (UnknownPath, 404, "not_found"),
    (Denied, 403, "forbidden"),
    (Refused, 403, "forbidden"),
    (ConfirmationNeeded, 403, "forbidden"),
    (InvalidValue, 400, "bad_request"),
    (RateLimited, 429, "too_many_requests"),
    (NoProvider, 503, "unavailable"),
)
OTHERWISE = (500, "internal_server_error")
VALUE, TARGET, METADATA = types.FIELD_VALUE, types.FIELD_ACTUATOR_TARGET, types.FIELD_METADATA
FIELDS_OF_VIEW: Mapping[int, frozenset[int]] = {
    types.VIEW_UNSPECIFIED: frozenset(),
    types.VIEW_CURRENT_VALUE: frozenset({VALUE}),
    types.VIEW_TARGET_VALUE: frozenset({TARGET}),
    types.VIEW_METADATA: frozenset({METADATA}),
    types.VIEW_FIELDS: frozenset(),
    types.VIEW_ALL: frozenset({VALUE, TARGET, METADATA}),
}
METADATA_FIELDS = frozenset(range(types.FIELD_METADATA, types.FIELD_METADATA_ATTRIBUTE + 1))
_Updates = list[pb.EntryUpdate]


class Val1Servicer(val_pb2_grpc.VALServicer):  # type: ignore[misc]
    """Serves what a `Gate` lets through."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    async def Get(  # noqa: N802 - the contract's name
        self, request: pb.GetRequest, context: Context
    ) -> pb.GetResponse:
        who = await self._gate.admit(context)
        if not request.entries:
            await abort(context, InvalidValue("", "no entries", "name at least one path"))
        answer = pb.GetResponse()
        for entry in request.entries:
            fields = _fields(entry.view, entry.fields)
            try:
                paths = self._gate.below(entry.path)
                if fields & {VALUE, TARGET}:
                    self._gate.check_read(who, paths)
            except BusError as error:
                answer.errors.append(_entry_error(entry.path, error))
                continue
            answer.entries.extend([await self._entry(path, fields) for path in paths])
        if any(error.error.code == 403 for error in answer.errors):
            del answer.entries[:]
        _sum_up(answer)
        return answer

    async def Set(  # noqa: N802 - the contract's name
        self, request: pb.SetRequest, context: Context
    ) -> pb.SetResponse:
        who = await self._gate.admit(context)
        try:
            answer = pb.SetResponse(errors=await self._set(who, request.updates))
        except BusError as error:
            await abort(context, error)
        _sum_up(answer)
        return answer

    async def StreamedUpdate(  # noqa: N802 - the contract's name
        self, request_iterator: AsyncIterator[pb.StreamedUpdateRequest], context: Context
    ) -> AsyncIterator[pb.StreamedUpdateResponse]:
        who = await self._gate.admit(context)
        requests = aiter(request_iterator)
        try:
            while request := await self._gate.in_time(who, anext(requests, None)):
                answer = pb.StreamedUpdateResponse(errors=await self._set(who, request.updates))
                _sum_up(answer)
                yield answer
        except (BusError, BadToken) as error:
            await abort(context, error)

    async def Subscribe(  # noqa: N802 - the contract's name
        self, request: pb.SubscribeRequest, context: Context
    ) -> AsyncIterator[pb.SubscribeResponse]:
        """Current values first, also when there are none: clients wait for the first message."""
        who = await self._gate.admit(context)
        wanted: dict[str, frozenset[int]] = {}
        try:
            if not request.entries:
                raise InvalidValue("", "no entries", "name at least one path")
            for entry in request.entries:
                for path in self._gate.below(entry.path):
                    fields = _fields(entry.view, entry.fields)
                    wanted[path] = wanted.get(path, frozenset()) | fields
            self._gate.check_read(who, wanted)
            with self._gate.streams.of(who.name):
                async for updates in self._follow(who, wanted):
                    yield pb.SubscribeResponse(updates=updates)
        except (BusError, BadToken) as error:
            await abort(context, error)

    async def GetServerInfo(  # noqa: N802 - the contract's name
        self, request: pb.GetServerInfoRequest, context: Context
    ) -> pb.GetServerInfoResponse:
        await self._gate.admit(context)
        return pb.GetServerInfoResponse(name=NAME, version=VERSION)

    async def _set(
        self, who: Permissions, updates: Iterable[pb.EntryUpdate]
    ) -> list[types.DataEntryError]:
        """Each update by itself, as the databroker does; gives what failed. A request that makes no
        sense changes nothing: InvalidValue."""
        updates = list(updates)
        for update in updates:
            self._check(update)
        failed = []
        for update in updates:
            try:
                await self._set_one(who, update)
            except BusError as error:
                failed.append(_entry_error(update.entry.path, error))
        return failed

    def _check(self, update: pb.EntryUpdate) -> None:
        path = update.entry.path
        if not path:
            raise InvalidValue("", "an update names no path", "name it")
        leaf = self._gate.leaves.get(path)
        sets_target = update.entry.HasField("actuator_target") or TARGET in update.fields
        if leaf is not None and leaf.kind is not Kind.ACTUATOR and sets_target:
            raise NotActuator(path, f"is of kind {leaf.kind}", "only actuators have a target")

    async def _set_one(self, who: Permissions, update: pb.EntryUpdate) -> None:
        entry, fields = update.entry, set(update.fields)
        leaf = self._gate.leaf(entry.path)
        if not fields & {VALUE, TARGET}:
            raise InvalidValue(
                leaf.path, "no value and no target is set", "metadata can't be changed here"
            )
        if VALUE in fields:
            await self._gate.publish(who, {leaf.path: self._scalar(leaf.path, entry.value)})
        if TARGET in fields:
            target = self._scalar(leaf.path, entry.actuator_target)
            await self._gate.actuate(who, {leaf.path: target})

    async def _entry(self, path: str, fields: frozenset[int]) -> types.DataEntry:
        leaf, entry = self._gate.leaves[path], types.DataEntry(path=path)
        point = (await self._gate.bus.get(path))[path]
        if point is not None and VALUE in fields:
            entry.value.CopyFrom(values.to_v1(leaf, point, self._gate.time))
        target = self._gate.targets.get(path)
        if target is not None and TARGET in fields:
            entry.actuator_target.CopyFrom(values.to_v1(leaf, target, self._gate.time))
        if fields & METADATA_FIELDS:
            entry.metadata.CopyFrom(values.v1_metadata(leaf))
        return entry

    async def _follow(
        self, who: Permissions, wanted: Mapping[str, frozenset[int]]
    ) -> AsyncIterator[_Updates]:
        """What there is, then what changes, of each path the fields that are wanted."""
        of_values = tuple(path for path, fields in wanted.items() if VALUE in fields)
        targets = self._gate.watch_targets(p for p, fields in wanted.items() if TARGET in fields)
        streams = [self._targets(who, targets)]
        if of_values:
            values_of = self._values(who, of_values)
            await anext(values_of)
            streams.append(values_of)
        changes = merged(*streams)
        try:
            yield [
                pb.EntryUpdate(entry=await self._entry(path, fields), fields=sorted(fields))
                for path, fields in wanted.items()
            ]
            async for updates in changes:
                yield updates
        finally:
            await changes.aclose()

    async def _values(
        self, who: Permissions, paths: tuple[str, ...]
    ) -> AsyncGenerator[_Updates, None]:
        stream = changes_of(self._gate, who, paths, Pace())
        try:
            async for changes in stream:
                yield [
                    pb.EntryUpdate(entry=self._with_value(path, point), fields=[VALUE])
                    for path, point in changes.items()
                    if point is not None
                ]
        finally:
            await stream.aclose()

    async def _targets(
        self, who: Permissions, targets: Subscription
    ) -> AsyncGenerator[_Updates, None]:
        stream = batches_of(self._gate, who, targets)
        try:
            async for batch in stream:
                yield [
                    pb.EntryUpdate(
                        entry=self._with_target(update.path, update.datapoint), fields=[TARGET]
                    )
                    for update in batch
                ]
        finally:
            await stream.aclose()

    def _with_value(self, path: str, point: Datapoint) -> types.DataEntry:
        value = values.to_v1(self._gate.leaves[path], point, self._gate.time)
        return types.DataEntry(path=path, value=value)

    def _with_target(self, path: str, point: Datapoint) -> types.DataEntry:
        value = values.to_v1(self._gate.leaves[path], point, self._gate.time)
        return types.DataEntry(path=path, actuator_target=value)

    def _scalar(self, path: str, message: types.Datapoint) -> Scalar:
        return values.from_message(self._gate.leaves[path], message, "value")


def _fields(view: int, fields: Iterable[int]) -> frozenset[int]:
    """What a request wants; the current value if it does not say."""
    return FIELDS_OF_VIEW.get(view, frozenset()) | frozenset(fields) or frozenset({VALUE})


def _entry_error(path: str, error: BusError) -> types.DataEntryError:
    code, reason = next(
        ((code, reason) for kind, code, reason in CODES if isinstance(error, kind)), OTHERWISE
    )
    return types.DataEntryError(
        path=shortened(path), error=types.Error(code=code, reason=reason, message=str(error))
    )


def _sum_up(answer: pb.GetResponse | pb.SetResponse | pb.StreamedUpdateResponse) -> None:
    """The first entry's error stands for the whole answer too."""
    if answer.errors:
        answer.error.CopyFrom(answer.errors[0].error)
