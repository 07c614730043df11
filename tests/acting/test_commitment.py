from cabin_agent.acting.commitment import Patience
from cabin_agent.turn import Action, Route, Understanding

REVERSIBLE = {"climate.on"}
PATIENCE = Patience()


def understanding(
    complete: float = 0.9,
    addressed: float = 0.9,
    route: Route = Route.ACT,
    intent: str = "climate.on",
    confidence: float = 0.9,
) -> Understanding:
    actions = (Action(intent, confidence=confidence),)
    return Understanding("", addressed, complete, route, 0.9, actions, at=0.0)


def test_acts_early_only_when_everything_holds() -> None:
    pause = PATIENCE.commit_s
    assert PATIENCE.may_commit(understanding(), pause, REVERSIBLE)
    assert not PATIENCE.may_commit(understanding(), pause - 0.01, REVERSIBLE)
    assert not PATIENCE.may_commit(understanding(complete=0.4), pause, REVERSIBLE)
    assert not PATIENCE.may_commit(understanding(addressed=0.4), pause, REVERSIBLE)
    assert not PATIENCE.may_commit(understanding(route=Route.CLOUD), pause, REVERSIBLE)
    assert not PATIENCE.may_commit(understanding(intent="doors.open"), pause, REVERSIBLE)
    assert not PATIENCE.may_commit(understanding(confidence=0.4), pause, REVERSIBLE)


def test_an_open_sentence_gets_more_time() -> None:
    silence = (PATIENCE.endpoint_complete_s + PATIENCE.endpoint_open_s) / 2
    assert PATIENCE.is_over(understanding(complete=0.9), silence)
    assert not PATIENCE.is_over(understanding(complete=0.2), silence)
    assert not PATIENCE.is_over(None, silence)
    assert PATIENCE.is_over(None, PATIENCE.endpoint_open_s)
