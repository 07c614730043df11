import pytest

from cabin_agent.acting.places import opposite, zones_of
from cabin_agent.turn import Target, Zone


@pytest.mark.parametrize(
    ("target", "speaker", "driver_on_left", "expected"),
    [
        (Target.NONE, Zone.PASSENGER, True, (Zone.PASSENGER,)),
        (Target.OWN, Zone.REAR_LEFT, True, (Zone.REAR_LEFT,)),
        (Target.LEFT, Zone.DRIVER, True, (Zone.DRIVER,)),
        (Target.LEFT, Zone.DRIVER, False, (Zone.PASSENGER,)),
        (Target.RIGHT, Zone.REAR_LEFT, False, (Zone.REAR_RIGHT,)),
        (Target.REAR, Zone.DRIVER, True, (Zone.REAR_LEFT, Zone.REAR_RIGHT)),
        (Target.OTHER, Zone.DRIVER, True, (Zone.PASSENGER,)),
        (Target.NONE, Zone.UNKNOWN, True, (Zone.UNKNOWN,)),
    ],
)
def test_a_place_means_seats(
    target: Target, speaker: Zone, driver_on_left: bool, expected: tuple[Zone, ...]
) -> None:
    assert zones_of(target, speaker, driver_on_left) == expected


def test_the_opposite_stays_in_its_row() -> None:
    assert opposite(Zone.REAR_RIGHT) is Zone.REAR_LEFT
    assert opposite(Zone.UNKNOWN) is Zone.UNKNOWN
