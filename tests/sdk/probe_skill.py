"""The beginning of a skill that tests complete."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

HEAD = """
from cabin_agent.sdk import *
from cabin_agent.sdk import intent, Skill, Manifest

EN = ("one {n}", "two {n}", "three {n}", "four {n}")
ZH = ("一{n}", "二{n}", "三{n}", "四{n}")


def say(n, domain="climate", **more):
    return intent(
        domain=domain,
        en=tuple(p.format(n=n) for p in EN),
        zh=tuple(p.format(n=n) for p in ZH),
        **more,
    )


class Probe(Skill):
    manifest = Manifest(
        name="probe",
        version="1.0.0",
        summary_en="probe",
        summary_zh="探针",
        actuates=(
            "Vehicle.Cabin.HVAC.*",
            "Vehicle.Body.Trunk.Rear.IsOpen",
            "Vehicle.Cabin.Door.*.*.Window.Position",
        ),
    )
"""

WriteSkill = Callable[..., Path]
