"""What a skill's process may send: anything. Only what has the right shape is taken."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cabin_agent.sdk import Manifest, Said
from cabin_agent.sdk.contract import CannotDo, Skill
from cabin_agent.sdk.handle import UnknownSeat
from cabin_agent.sdk.hosts import Inside
from cabin_agent.sdk.isolation import wire
from cabin_agent.sdk.isolation.failures import SkillRaised
from cabin_agent.sdk.isolation.frames import MAX_BYTES, BadFrame, HungUp, Unpacker, encode
from cabin_agent.sdk.isolation.process import Answer, concluded
from cabin_agent.sdk.registry import BUILT_IN, LoadedSkill, load_file

MANIFEST = Manifest("probe", "1.0.0", "probe", "探针")
FILE = BUILT_IN / "climate" / "skill.py"
BODY = Inside(Skill)

FINITE = st.floats(allow_nan=False, allow_infinity=False)
scalars = st.none() | st.booleans() | st.integers() | FINITE | st.text()
anything = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12
)
patient = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=60)


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    loaded = load_file(FILE)
    assert isinstance(loaded, LoadedSkill)
    message: dict[str, Any] = json.loads(json.dumps(wire.describe(loaded)))
    return message


def test_a_description_comes_through_whole(description: dict[str, Any]) -> None:
    loaded = load_file(FILE)
    assert isinstance(loaded, LoadedSkill)
    read = wire.read_skill(description, FILE, "climate", BODY)
    assert read.manifest == loaded.manifest
    for ours, theirs in zip(read.intents, loaded.intents, strict=True):
        assert (ours.id, ours.phrases, ours.line) == (theirs.id, theirs.phrases, theirs.line)
        for name, slot in ours.slots.items():
            kinds = [kind.__name__ for kind in theirs.slots[name].kinds]
            assert [kind.__name__ for kind in slot.kinds] == kinds


@patient
@given(st.data())
def test_a_description_with_anything_in_it_is_read_or_refused(
    description: dict[str, Any], data: st.DataObject
) -> None:
    message: Any = json.loads(json.dumps(description))
    places = [(message, key) for key in message] + [(message["manifest"], "name")]
    places += [(message["intents"][0], key) for key in message["intents"][0]]
    where, key = data.draw(st.sampled_from(places))
    where[key] = data.draw(anything)
    with suppress(BadFrame):
        assert isinstance(wire.read_skill(message, Path("skill.py"), "climate", BODY), LoadedSkill)


@patient
@given(
    st.dictionaries(
        st.sampled_from(["said", "cannot", "ours", "raised", "nonsense", "events", "x"]), anything
    )
)
def test_an_answer_of_anything_is_read_or_refused(message: dict[str, Any]) -> None:
    step = SimpleNamespace(action=SimpleNamespace(intent="probe.thing"))
    cabin: Any = SimpleNamespace(manifest=MANIFEST, events=[], step=step)
    with suppress(BadFrame, CannotDo, UnknownSeat, SkillRaised):
        result = concluded(Answer(message, ()), cabin)
        assert result is None or isinstance(result, Said)


@patient
@given(st.lists(st.binary(max_size=40), max_size=6))
def test_bytes_of_any_kind_are_messages_or_refused(pieces: list[bytes]) -> None:
    unpacker = Unpacker()
    with suppress(BadFrame, HungUp):
        for piece in pieces:
            unpacker.feed(piece)
            taken = unpacker.take()
            assert taken is None or isinstance(taken, dict)


@given(st.dictionaries(st.text(), scalars))
@patient
def test_messages_survive_any_cut(message: dict[str, Any]) -> None:
    unpacker, whole = Unpacker(), encode(message)
    for byte in whole[:-1]:
        unpacker.feed(bytes([byte]))
        assert unpacker.take() is None
    unpacker.feed(whole[-1:])
    assert unpacker.take() == json.loads(json.dumps(message).encode("utf-8", "replace"))


def test_what_is_too_much_is_not_sent() -> None:
    with pytest.raises(ValueError, match="is the most"):
        encode({"a": "x" * MAX_BYTES})
    with pytest.raises(ValueError, match="Out of range float"):
        encode({"a": float("nan")})
