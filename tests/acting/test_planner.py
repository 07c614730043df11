"""What a sentence means after what was said and done before."""

from dataclasses import replace

from cabin_agent.acting.planner import Move, plan
from cabin_agent.turn import (
    Action,
    Consent,
    Degree,
    Outcome,
    Route,
    Status,
    Step,
    Target,
    Understanding,
    Zone,
)
from cabin_agent.understanding.memory import QUESTION_S, REFERENCE_S, Memory, Question

WARM = Step(Action("climate.temperature_set", slots={"value": "twenty"}), (Zone.DRIVER,))
OPEN = Step(Action("windows.open"), (Zone.DRIVER,))


def said(*actions: Action) -> Understanding:
    return Understanding("", 1.0, 1.0, Route.ACT, 1.0, actions, at=0.0)


def after(*steps: Step, at: float = 0.0) -> Memory:
    return Memory().did(tuple(Outcome(step, Status.DONE) for step in steps), at)


def planned(action: Action, memory: Memory, now: float = 1.0):  # type: ignore[no-untyped-def]
    return plan(said(action), memory, Zone.DRIVER, True, now)


def test_a_new_request_is_planned_for_the_speakers_seat() -> None:
    result = plan(said(Action("windows.open")), Memory(), Zone.PASSENGER, True, 0.0)
    assert result.move is Move.NEW
    assert result.plan.steps == (Step(Action("windows.open"), (Zone.PASSENGER,)),)


def test_the_other_one_too() -> None:
    (step,) = planned(Action("dialogue.other"), after(OPEN)).plan.steps
    assert step.action.intent == "windows.open"
    assert step.zones == (Zone.PASSENGER,)


def test_same_for_the_back() -> None:
    (step,) = planned(Action("dialogue.other", Target.REAR), after(WARM)).plan.steps
    assert step.zones == (Zone.REAR_LEFT, Zone.REAR_RIGHT)
    assert step.action.slots == {"value": "twenty"}


def test_more_after_a_set_point_goes_up_and_forgets_the_value() -> None:
    (step,) = planned(Action("dialogue.more", degree=Degree.SMALL), after(WARM)).plan.steps
    assert step.action.intent == "climate.temperature_up"
    assert step.action.degree is Degree.SMALL
    assert step.action.slots == {}


def test_less_reverses() -> None:
    up = Step(Action("media.volume_up"), (Zone.DRIVER,))
    (step,) = planned(Action("dialogue.less"), after(up)).plan.steps
    assert step.action.intent == "media.volume_down"
    (step,) = planned(Action("dialogue.less"), after(OPEN)).plan.steps
    assert step.action.intent == "windows.close"


def test_a_correction_keeps_the_intent() -> None:
    result = planned(Action("dialogue.correct", slots={"value": "nineteen"}), after(WARM))
    assert result.move is Move.CORRECT
    assert result.plan.steps[0].action.slots == {"value": "nineteen"}
    result = planned(Action("dialogue.correct", Target.RIGHT), after(OPEN))
    assert result.plan.steps[0].zones == (Zone.PASSENGER,)


def test_a_reference_to_nothing_or_to_long_ago_is_lost() -> None:
    assert planned(Action("dialogue.other"), Memory()).move is Move.LOST
    late = planned(Action("dialogue.other"), after(OPEN), now=REFERENCE_S + 1)
    assert late.move is Move.LOST


def test_yes_confirms_only_what_was_asked_and_only_in_time() -> None:
    asked = Memory().asked(Question((OPEN,), "Shall I?", Consent.POLICY, asked_at=0.0))
    yes = Action("dialogue.yes")
    assert planned(yes, asked).move is Move.ANSWER_YES
    assert planned(yes, asked).plan.steps == (OPEN,)
    assert planned(yes, asked, now=QUESTION_S + 1).move is Move.LOST
    assert planned(yes, Memory()).move is Move.LOST


def test_no_leaves_everything_as_it_is() -> None:
    asked = Memory().asked(Question((OPEN,), "Shall I?", Consent.POLICY, asked_at=0.0))
    result = planned(Action("dialogue.no"), asked)
    assert result.move is Move.ANSWER_NO
    assert result.plan.steps == ()


def test_something_else_is_not_an_answer() -> None:
    asked = Memory().asked(Question((OPEN,), "Shall I?", Consent.POLICY, asked_at=0.0))
    result = planned(Action("media.next"), asked)
    assert result.move is Move.NEW
    assert result.plan.steps[0].action.intent == "media.next"


def test_a_value_answers_the_question_for_it() -> None:
    open_step = replace(WARM, action=replace(WARM.action, slots={}))
    asked = Memory().asked(Question((open_step,), "How warm?", Consent.NONE, asked_at=0.0))
    value = Action("climate.temperature_set", slots={"value": "twenty one"})
    result = planned(value, asked)
    assert result.move is Move.ANSWER_VALUE
    assert result.plan.steps[0].action.slots == {"value": "twenty one"}


def test_only_what_ran_is_remembered() -> None:
    refused = Memory().did((Outcome(OPEN, Status.REFUSED),), 0.0)
    assert refused.recent_steps(1.0) == ()


def test_a_text_to_be_written_is_the_writing_skills() -> None:
    asked = replace(said(), text="write a leave request", route=Route.GENERATE)
    (step,) = plan(asked, Memory(), Zone.REAR_LEFT, True, 0.0).plan.steps
    assert step == Step(Action("notes.compose"), (Zone.REAR_LEFT,), "write a leave request")
    assert (
        plan(replace(asked, route=Route.CLOUD), Memory(), Zone.DRIVER, True, 0.0).plan.steps == ()
    )
