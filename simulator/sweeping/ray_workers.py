"""Workers on Ray: processes of this machine, or a cluster that is there (`ray://...`).

On this machine nothing leaves the loopback: no dashboard, no usage report.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from types import ModuleType, TracebackType
from typing import Any

from simulator.sweeping.driver import Driver, Way
from simulator.sweeping.errors import SweepError
from simulator.sweeping.outcome import Outcome
from simulator.sweeping.variants import Task

SCHEME = "ray://"
OBJECT_STORE_BYTES = 80 * 1024 * 1024
"""Tasks and outcomes are short texts; Ray takes no less than 75 MiB."""
HERE = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
    "RAY_worker_niceness": "0",
}
"""Read when Ray is imported: no usage report; no cluster, so that everything binds to the
loopback (Ray does that on macOS and Windows by itself); workers not behind all other processes."""
STARTS = 3
"""Tries to start Ray here: it waits half a minute for its own processes, too little at times on a
machine that is busy otherwise."""
AHEAD = 2
"""Tasks for each worker at a time, so that none waits for the next."""


class RayWorkers:
    """`count` workers here, or as many as the cluster at `address` has cores."""

    def __init__(self, way: Way, count: int = 0, address: str = "") -> None:
        if not address:
            os.environ.update(HERE)
        self._ray = _ray()
        self._way = way
        self._count = count
        self._address = address
        self._actors: list[Any] = []

    def __enter__(self) -> RayWorkers:
        ray = self._ray
        if self._address:
            self._connect()
            self._count = int(ray.cluster_resources().get("CPU", 1))
        else:
            self._begin_here()
        worker = ray.remote(num_cpus=1, max_restarts=2, max_task_retries=1)(_Worker)
        self._actors = [worker.remote(self._way) for _ in range(self._count)]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        place: TracebackType | None,
    ) -> None:
        self._ray.shutdown()

    def outcomes(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """Raises SweepError if a worker dies again and again."""
        waiting = iter(tasks)
        running: dict[Any, Any] = {}
        for _ in range(AHEAD):
            for actor in self._actors:
                self._start(waiting, actor, running)
        while running:
            (ready, *_), _ = self._ray.wait(list(running), num_returns=1)
            actor = running.pop(ready)
            self._start(waiting, actor, running)
            yield self._got(ready)

    def _start(self, waiting: Iterator[Task], actor: Any, running: dict[Any, Any]) -> None:
        task = next(waiting, None)
        if task is not None:
            running[actor.outcome.remote(task)] = actor

    def _got(self, ready: Any) -> Outcome:
        try:
            outcome = self._ray.get(ready)
        except self._ray.exceptions.RayTaskError as error:
            raise error.as_instanceof_cause() from None
        except self._ray.exceptions.RayActorError as error:
            raise SweepError(
                f"a worker died again and again ({str(error).splitlines()[0]})",
                "look for what takes its memory, take fewer --workers, then --resume",
            ) from None
        assert isinstance(outcome, Outcome)
        return outcome

    def _begin_here(self) -> None:
        for left in reversed(range(STARTS)):
            try:
                self._ray.init(
                    num_cpus=self._count,
                    include_dashboard=False,
                    object_store_memory=OBJECT_STORE_BYTES,
                    log_to_driver=False,
                    logging_level="error",
                )
                return
            except Exception as error:  # Ray raises no narrower one when its processes are late
                self._ray.shutdown()
                if not left:
                    raise SweepError(
                        f"Ray did not start in {STARTS} tries ({error})",
                        "close what else keeps this machine busy, or sweep with --workers 1",
                    ) from error

    def _connect(self) -> None:
        try:
            self._ray.init(address=self._address, logging_level="error", log_to_driver=False)
        except (ConnectionError, RuntimeError, ValueError, OSError) as error:
            raise SweepError(
                f"no Ray cluster answers at {self._address} ({error})",
                "check address and port, or sweep here with --workers 2",
            ) from None


class _Worker:
    """In a process of its own: a driver that keeps its models."""

    def __init__(self, way: Way) -> None:
        self._driver = Driver(way).__enter__()

    def outcome(self, task: Task) -> Outcome:
        return self._driver.outcome(task)


def _ray() -> ModuleType:
    try:
        import ray
    except ImportError:
        raise SweepError(
            "more than one worker needs Ray, which is not installed",
            "pip install 'cabin-agent[sweep]', or sweep with --workers 1",
        ) from None
    return ray
