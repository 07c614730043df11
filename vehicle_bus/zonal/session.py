"""A Zenoh session on an event loop: nothing here waits in the loop, and callbacks run in it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import zenoh

from vehicle_bus.zonal.errors import ZonalError

ENDPOINT = "tcp/127.0.0.1:7447"
LEASE_MS = 2_000
"""A computer from which nothing is heard for so long is gone."""


def listen(endpoint: str = ENDPOINT, more: Mapping[str, Any] | None = None) -> Session:
    """The centre's session: others come to `endpoint`. `more`: further keys of Zenoh's
    configuration ("transport/link/tls/...")."""
    return Session({"listen/endpoints": [endpoint], "connect/endpoints": [], **(more or {})})


def connect(endpoint: str = ENDPOINT, more: Mapping[str, Any] | None = None) -> Session:
    """A controller's session, to the centre at `endpoint`, again and again until it is there."""
    waiting = {"connect/timeout_ms": -1, "connect/exit_on_failure": False}
    reached = {"listen/endpoints": [], "connect/endpoints": [endpoint]}
    return Session({**reached, **waiting, **(more or {})})


class Session:
    """Sends in order, from one thread of its own; what comes is handed to the event loop in the
    order of arrival. Nobody is looked for on the network: endpoints are given."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        config = zenoh.Config()
        fixed = {
            "mode": "peer",
            "scouting/multicast/enabled": False,
            "scouting/gossip/enabled": False,
            "transport/link/tx/lease": LEASE_MS,
        }
        for key, value in {**fixed, **settings}.items():
            config.insert_json5(key, json.dumps(value))
        try:
            self._session = zenoh.open(config)
        except zenoh.ZError as error:
            raise ZonalError(
                f"zenoh: {settings.get('listen/endpoints') or ''} can't be opened ({error}); "
                "check the endpoint, and that no other program has it"
            ) from None
        self._loop = asyncio.get_running_loop()
        self._sender = ThreadPoolExecutor(1, thread_name_prefix="zenoh")

    async def publisher(self, key: str) -> Callable[[bytes], asyncio.Future[None]]:
        """What sends to `key`: reliably, and waiting rather than dropping when a queue is full."""
        declared = await self._run(
            lambda: self._session.declare_publisher(
                key,
                congestion_control=zenoh.CongestionControl.BLOCK,
                reliability=zenoh.Reliability.RELIABLE,
                express=True,
            )
        )
        return lambda payload: self._run(lambda: declared.put(payload))

    async def subscribe(self, key: str, take: Callable[[str, bytes], None]) -> None:
        """Call `take` with the key and payload of everything that is sent to `key`."""

        def arrived(sample: zenoh.Sample) -> None:
            self._later(take, str(sample.key_expr), sample.payload.to_bytes())

        await self._run(lambda: self._session.declare_subscriber(key, arrived))

    async def answer(self, key: str, take: Callable[[Question], None]) -> None:
        """Call `take` with every question asked at `key`."""

        def arrived(query: zenoh.Query) -> None:
            self._later(take, Question(query, self._run))

        await self._run(lambda: self._session.declare_queryable(key, arrived))

    async def ask(self, key: str, payload: bytes, timeout_s: float) -> bytes | None:
        """The answer from `key`; None if nobody is there. TimeoutError if somebody is silent."""
        answers: asyncio.Queue[bytes | None] = asyncio.Queue()

        def replied(reply: zenoh.Reply) -> None:
            if reply.ok is not None:
                self._later(answers.put_nowait, reply.ok.payload.to_bytes())

        def ended() -> None:
            self._later(answers.put_nowait, None)

        began = self._loop.time()
        await self._run(
            lambda: self._session.get(
                key,
                zenoh.handlers.Callback(replied, ended),
                payload=payload,
                timeout=timeout_s,
                congestion_control=zenoh.CongestionControl.BLOCK,
                express=True,
            )
        )
        async with asyncio.timeout(timeout_s):
            answer = await answers.get()
        if answer is None and self._loop.time() - began >= timeout_s * 0.9:
            raise TimeoutError
        return answer

    async def be_alive(self, key: str) -> None:
        """Hold a token at `key` as long as the session lives."""
        token = await self._run(lambda: self._session.liveliness().declare_token(key))
        self._token = token

    async def watch_lives(self, key: str, take: Callable[[str, bool], None]) -> None:
        """Call `take` with the key of every token and whether it is there, present ones first."""

        def arrived(sample: zenoh.Sample) -> None:
            self._later(take, str(sample.key_expr), sample.kind == zenoh.SampleKind.PUT)

        await self._run(
            lambda: self._session.liveliness().declare_subscriber(key, arrived, history=True)
        )

    async def close(self) -> None:
        """Leave the network."""
        await self._run(self._session.close)
        self._sender.shutdown(wait=False)

    def _run(self, work: Callable[[], Any]) -> asyncio.Future[Any]:
        return self._loop.run_in_executor(self._sender, work)

    def _later(self, call: Callable[..., object], *arguments: object) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(call, *arguments)


class Question:
    """Something asked of us; it is either answered or ignored."""

    def __init__(
        self, query: zenoh.Query, run: Callable[[Callable[[], Any]], asyncio.Future[Any]]
    ) -> None:
        self._query = query
        self._run = run
        self.key = str(query.key_expr)
        self.payload = query.payload.to_bytes() if query.payload else b""

    def ignore(self) -> None:
        """Leave it: who asked hears at once that nobody answers."""
        self._run(self._query.drop)

    async def reply(self, payload: bytes) -> None:
        await self._run(lambda: self._answer(payload))

    def _answer(self, payload: bytes) -> None:
        with self._query as query:
            query.reply(query.key_expr, payload)
