"""The faults of a scenario, begun and ended as their time comes."""

from __future__ import annotations

from collections.abc import Callable

from simulator.head_unit import Service
from simulator.language.faults import OF_ACTUATORS, OF_SIGNALS, Fault
from simulator.microphones import Microphones
from simulator.scenario import Scenario, ScenarioError
from simulator.talk import Talk
from simulator.world import Vehicle

OF_THE_CAR = (*OF_SIGNALS, *OF_ACTUATORS)


def check(scenario: Scenario, service: Service | None) -> None:
    """Raise ScenarioError for a fault that can't be made here."""
    for fault in scenario.faults:
        if fault.kind in (*OF_THE_CAR, "dropouts"):
            continue
        if fault.kind == "cloud":
            raise ScenarioError(
                f"{fault.place}: this assistant has no cloud client, so nothing of it can fail; "
                "take the fault out, or say 'network: none' in the drive"
            )
        if service is None or fault.kind not in service.breakable:
            raise ScenarioError(
                f"{fault.place}: {fault} can't be done to this assistant from outside; "
                "drive in virtual time" + ("" if fault.kind == "skill" else " or with --wall")
            )
        if fault.kind == "skill" and fault.name not in service.skills:
            known = ", ".join(service.skills)
            raise ScenarioError(f"{fault.place}: no skill {fault.name!r}; there are {known}")


class Injection:
    """What is broken at present. `tell` notes what people would want to read."""

    def __init__(
        self,
        scenario: Scenario,
        vehicle: Vehicle,
        microphones: Microphones,
        talk: Talk,
        service: Service | None,
        tell: Callable[[str, float], None],
    ) -> None:
        self._vehicle = vehicle
        self._microphones = microphones
        self._talk = talk
        self._service = service
        self._tell = tell
        self._coming = list(scenario.faults)
        self._present: list[Fault] = []

    def before_start(self) -> None:
        """What is lost from second 0 was never there."""
        for fault in [f for f in self._coming if f.kind == "lost" and f.at == 0]:
            self._coming.remove(fault)
            self._present.append(fault)
            self._vehicle.breakage.begin(fault.kind, fault.paths, {})

    async def update(self, now: float) -> None:
        """End and begin what is due."""
        for fault in [f for f in self._present if f.until <= now]:
            self._present.remove(fault)
            self._tell(f"over: {fault}", now)
            await self._end(fault)
        while self._coming and self._coming[0].at <= now:
            fault = self._coming.pop(0)
            self._present.append(fault)
            self._tell(str(fault), now)
            await self._begin(fault)

    async def _begin(self, fault: Fault) -> None:
        if fault.kind in OF_THE_CAR:
            self._vehicle.breakage.begin(fault.kind, fault.paths, self._vehicle.values)
        elif fault.kind == "dropouts":
            self._microphones.lose(fault.seats, fault.share)
        elif self._service is not None and fault.kind == "skill":
            self._service.break_skill(fault.name)
        elif self._service is not None:
            await self._vehicle.lose_bus()
            await self._service.kill()
            await self._talk.lose_assistant()

    async def _end(self, fault: Fault) -> None:
        if fault.kind in OF_THE_CAR:
            self._vehicle.breakage.end(fault.kind, fault.paths)
        elif fault.kind == "dropouts":
            self._microphones.lose(fault.seats, -fault.share)
        elif self._service is not None and fault.kind == "skill":
            self._service.mend_skill(fault.name)
        elif self._service is not None:
            await self._vehicle.find_bus(await self._service.start())
            await self._talk.find_assistant()
