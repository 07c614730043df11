import pytest

from simulator.sweeping.axes import axes, axis
from simulator.sweeping.errors import SweepError


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("speed=0..130/50", (0, 50, 100)),
        ("rain=0..2", (0, 1, 2)),
        ("x=0.5..1/0.25", (0.5, 0.75, 1)),
        ("voice=ben, no,amy", ("ben", "no", "amy")),
        ("degrees=20,21.5,true", (20, 21.5, True)),
        ('phrase=["no, warmer", cold]', ("no, warmer", "cold")),
    ],
)
def test_values_are_a_list_a_range_or_yaml(text: str, values: tuple[object, ...]) -> None:
    assert axis(text).values == values


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("speed", "says not what varies"),
        ("speed=", "says not what varies"),
        ("speed=9..1", "leads nowhere"),
        ("speed=0..1/0", "leads nowhere"),
        ("speed=0..9999999", "9999999"),
        ("voice=ben,ben", "twice"),
        ("voice=ben,,amy", "missing"),
        ("x=[1", "can't be read"),
        ("x=[[1]]", "no single value"),
    ],
)
def test_mistakes_are_told(text: str, cause: str) -> None:
    with pytest.raises(SweepError, match=cause):
        axis(text)


def test_a_key_varies_once() -> None:
    with pytest.raises(SweepError, match="varies twice"):
        axes(["speed=1", "speed=2"])
