"""The vehicle bus: how long a signal takes to who waits for it, how many pass, what the policy
costs. Beside it a broker of the same shape in plain Python that checks nothing (`plain`)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from rich.console import Console

from bench.bus import inprocess, served, zonal
from bench.bus.order import Order
from bench.figures import Options, Result, Row, median
from cabin_agent import event_loop

SUBSCRIBERS = (1, 10, 100)
SIZES = (100, 1_000, 10_000)
NOTE = "reported elsewhere, other machine: KUKSA's Rust broker 83,935 signals/s, p95 0.29 ms"


@dataclass(frozen=True, slots=True)
class Served:
    """One broker behind gRPC."""

    publish_ms: list[float]
    publish_call_ms: list[float]
    actuate_ms: list[float]
    signals_per_s: dict[int, float]
    orders: tuple[Order, ...]

    def figures(self) -> dict[str, float]:
        return {
            "grpc_publish_ms_median": median(self.publish_ms),
            "grpc_publish_ms_p99": p99(self.publish_ms),
            "grpc_publish_call_ms_median": median(self.publish_call_ms),
            "grpc_publish_call_ms_p99": p99(self.publish_call_ms),
            "grpc_actuate_ms_median": median(self.actuate_ms),
            "grpc_actuate_ms_p99": p99(self.actuate_ms),
            "signals_per_s_batched": self.signals_per_s[1],
        } | {
            f"signals_per_s_batched_{count}_subscribers": rate
            for count, rate in self.signals_per_s.items()
            if count > 1
        }


@dataclass(frozen=True, slots=True)
class Bare:
    """gRPC alone, there and back."""

    stream_ms: list[float]
    call_ms: list[float]


def p99(samples: list[float]) -> float:
    return float(np.percentile(samples, 99))


def run(console: Console, options: Options) -> Result:
    """Measure everything; takes about a minute."""
    return event_loop.run(_run())


async def _run() -> Result:
    plain, bare, ours = await _served("plain"), await _bare(), await _served("ours")
    by_size = {size: await inprocess.publish_us(size) for size in SIZES}
    plain_us = await inprocess.plain_publish_us()
    waiting_us = await inprocess.waiting_reader_us()
    rates = {count: await inprocess.signals_per_s(count) for count in SUBSCRIBERS}
    policy = inprocess.policy_us()
    zenoh = await zonal.measure()
    orders = (zenoh.order, *ours.orders, *(order for _, order in rates.values()))
    figures = {
        "inprocess_us_median": median(by_size[100]),
        "inprocess_us_p99": p99(by_size[100]),
        "inprocess_waiting_us_median": median(waiting_us),
        **{f"inprocess_us_median_{size}_leaves": median(by_size[size]) for size in SIZES[1:]},
        **{f"inprocess_signals_per_s_{n}_subscribers": rate for n, (rate, _) in rates.items()},
        "subscriber_bytes": await inprocess.subscriber_bytes(SIZES[0]),
        "subscriber_bytes_10000_leaves": await inprocess.subscriber_bytes(SIZES[-1]),
        **ours.figures(),
        "policy_us_median": median(policy),
        "policy_decisions_per_s": 1e6 / float(np.mean(policy)),
        "zenoh_ms_median": median(zenoh.hop_ms),
        "zenoh_ms_p99": p99(zenoh.hop_ms),
        "zenoh_actuate_ms_median": median(zenoh.actuate_ms),
        "lost_updates": sum(order.lost for order in orders),
        "reordered_updates": sum(order.reordered for order in orders),
    }
    rows = [
        Row("in-process, publish -> subscriber", "us", by_size[100]),
        Row("the same, subscriber asleep", "us", waiting_us),
        Row("the same, 10,000 leaves", "us", by_size[SIZES[-1]]),
        Row("the same, plain broker", "us", plain_us),
        Row("gRPC, publish on a stream -> subscriber", "ms", ours.publish_ms),
        Row("the same, plain broker", "ms", plain.publish_ms),
        Row("gRPC, publish with a call -> subscriber", "ms", ours.publish_call_ms),
        Row("the same, plain broker", "ms", plain.publish_call_ms),
        Row("a gRPC stream with no broker behind it, there and back", "ms", bare.stream_ms),
        Row("a gRPC call with no broker behind it", "ms", bare.call_ms),
        Row("gRPC, actuate -> provider -> subscriber", "ms", ours.actuate_ms),
        Row("the same, plain broker", "ms", plain.actuate_ms),
        Row("Zenoh, zone controller -> subscriber", "ms", zenoh.hop_ms),
        Row("Zenoh, actuate -> acknowledged by the controller", "ms", zenoh.actuate_ms),
        Row("policy, one decision", "us", policy),
    ]
    peers = {
        "plain": {"inprocess_us_median": median(plain_us), **plain.figures()},
        "no broker": {
            "grpc_publish_ms_median": median(bare.stream_ms),
            "grpc_publish_call_ms_median": median(bare.call_ms),
        },
    }
    return Result("bus", rows, figures, peers, (NOTE,))


async def _bare() -> Bare:
    with served.server("none") as port:
        return Bare(await served.stream_ms(port), await served.call_ms(port))


async def _served(name: str) -> Served:
    with served.server(name) as port:
        published = await served.publish_ms(port)
        actuate = await served.actuate_ms(port)
    with served.one_core(), served.server(name) as port:
        rates = {count: await served.throughput(port, count) for count in SUBSCRIBERS}
    return Served(
        published.streamed,
        published.called,
        actuate,
        {count: rate.signals for count, rate in rates.items()},
        (published.order, *(rate.order for rate in rates.values())),
    )
