from cabin_agent.hearing.floor import EQUAL_DB, FORGET_S, Floor
from vehicle_bus.values import Zone


class Hands:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_loudest_seat_owns_the_utterance() -> None:
    floor = Floor(Hands())
    floor.heard(Zone.DRIVER, -20.0)
    floor.heard(Zone.PASSENGER, -32.0)
    assert floor.owns(Zone.DRIVER)
    assert not floor.owns(Zone.PASSENGER)


def test_two_people_of_like_level_are_both_heard() -> None:
    floor = Floor(Hands())
    floor.heard(Zone.DRIVER, -20.0)
    floor.heard(Zone.PASSENGER, -20.0 - EQUAL_DB)
    assert floor.owns(Zone.DRIVER)
    assert floor.owns(Zone.PASSENGER)


def test_the_faint_end_of_a_sentence_keeps_the_floor() -> None:
    clock = Hands()
    floor = Floor(clock)
    floor.heard(Zone.DRIVER, -20.0)
    clock.now = 0.5
    floor.heard(Zone.DRIVER, -38.0)
    floor.heard(Zone.PASSENGER, -33.0)
    assert not floor.owns(Zone.PASSENGER)
    assert floor.owns(Zone.DRIVER)


def test_a_seat_that_fell_silent_no_longer_counts() -> None:
    clock = Hands()
    floor = Floor(clock)
    floor.heard(Zone.DRIVER, -10.0)
    clock.now = FORGET_S + 1
    floor.heard(Zone.PASSENGER, -30.0)
    assert floor.owns(Zone.PASSENGER)
    floor.leave(Zone.DRIVER)
    assert floor.owns(Zone.PASSENGER)
