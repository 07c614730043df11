"""Notes by dictation, and short texts from a model or from templates."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from cabin_agent.sdk import Language
from cabin_agent.sdk.registry import load
from cabin_agent.sdk.storage import Home
from cabin_agent.sdk.testing import TestCar
from cabin_agent.turn import Consent
from skills.notes.writer import FOLDER, FirstThatCan, Order, Templates, available, kind_of

REGISTRY = load()


async def test_a_note_is_kept_read_and_deleted(tmp_path: Path) -> None:
    car = await TestCar.parked(REGISTRY, home=Home(tmp_path))
    assert (await car.ask("notes.add", text="buy some milk")).said == "Noted: buy some milk."
    await car.ask("notes.add", text="call the dentist")
    later = await TestCar.parked(REGISTRY, home=Home(tmp_path))
    assert (await later.ask("notes.read", words="read my notes")).said == (
        "call the dentist; buy some milk."
    )
    assert (await later.ask("notes.read", words="read the last note")).said == "call the dentist."
    assert (await later.ask("notes.read", text="milk")).said == "buy some milk."
    assert (await later.ask("notes.read", words="how many notes do i have")).said == (
        "You have 2 notes."
    )
    gone = await later.ask("notes.delete", words="delete the last note")
    assert gone.said == "Deleted: call the dentist."
    assert (await later.ask("notes.read")).said == "buy some milk."


async def test_all_notes_go_only_after_a_yes() -> None:
    car = await TestCar.parked(REGISTRY)
    for text in ("买牛奶", "接孩子"):
        await car.ask("notes.add", text=text, language=Language.MANDARIN)
    asked = await car.ask("notes.delete", words="清空笔记", language=Language.MANDARIN)
    assert asked.said == "二条笔记全部删除吗？" or asked.said == "两条笔记全部删除吗？"
    assert asked.outcome.asks
    done = await car.ask(
        "notes.delete", words="清空笔记", language=Language.MANDARIN, consent=Consent.SKILL
    )
    assert "已删除" in done.said
    assert (await car.ask("notes.read")).said == "There is no such note."


async def test_a_missing_text_is_asked_for() -> None:
    asked = await (await TestCar.parked(REGISTRY)).ask("notes.add", words="take a note")
    assert asked.outcome.asked is not None
    assert asked.outcome.asked.slot == "text"


async def test_a_leave_request_is_written_from_the_form() -> None:
    car = await TestCar.parked(REGISTRY)
    done = await car.ask("notes.compose", words="write a leave request because my child is ill")
    (event,) = done.events
    assert event.name == "notes.text"
    assert event.payload["kind"] == "leave"
    assert "because my child is ill" in event.payload["text"]
    assert done.said.startswith("Written and kept: Hello, I would like to ask")
    chinese = await car.ask(
        "notes.compose", words="帮我写请假条因为孩子生病", language=Language.MANDARIN
    )
    assert "因孩子生病" in chinese.events[0].payload["text"]


async def test_a_meeting_is_summed_up_from_the_notes() -> None:
    car = await TestCar.parked(REGISTRY)
    assert (await car.ask("notes.compose", words="write the meeting minutes")).said.startswith(
        "Dictate some notes first"
    )
    await car.ask("notes.add", text="budget agreed")
    await car.ask("notes.add", text="next date in may")
    done = await car.ask("notes.compose", words="write the meeting minutes")
    assert done.events[0].payload["text"] == (
        "Summary of our meeting:\n- budget agreed\n- next date in may\n"
        "Please tell me if I missed something."
    )


async def test_a_poem_needs_a_model() -> None:
    done = await (await TestCar.parked(REGISTRY)).ask("notes.compose", words="write a poem")
    assert done.said == "I can't write that without a language model in the car."
    assert not done.events


@pytest.mark.parametrize(
    ("words", "kind"),
    [("帮我写个请假条", "leave"), ("写个会议纪要", "minutes"), ("write a poem about rain", "")],
)
def test_the_kind_of_text(words: str, kind: str) -> None:
    assert kind_of(words) == kind


class Fake(ModuleType):
    """onnxruntime_genai's calls, as far as they are used: it echoes the request's last word."""

    class Model:
        def __init__(self, folder: str) -> None:
            if not Path(folder).is_dir():
                raise RuntimeError(f"no model in {folder}")

    class Tokenizer:
        def __init__(self, model: Any) -> None:
            self.words: list[str] = []

        def encode(self, text: str) -> list[int]:
            self.words += text.split()
            return list(range(len(self.words)))

        def decode(self, tokens: list[int]) -> str:
            return " ".join(f"word{token}" for token in tokens)

    class GeneratorParams:
        def __init__(self, model: Any) -> None:
            self.limit = 0

        def set_search_options(self, max_length: int) -> None:
            self.limit = max_length

    class Generator:
        def __init__(self, model: Any, params: Any) -> None:
            self.tokens: list[int] = []
            self.end = 0

        def append_tokens(self, tokens: list[int]) -> None:
            self.tokens += tokens
            self.end = len(self.tokens) + 2

        def is_done(self) -> bool:
            return len(self.tokens) >= self.end

        def generate_next_token(self) -> None:
            self.tokens.append(700 + len(self.tokens))

        def get_sequence(self, index: int) -> list[int]:
            return self.tokens


async def test_a_local_model_writes_what_templates_can_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime_genai", Fake("onnxruntime_genai"))
    monkeypatch.setenv(FOLDER, str(tmp_path))
    text = await available().write(Order("", "write a poem", Language.ENGLISH))
    assert text is not None
    assert text.startswith("word7")
    assert len(text.split()) == 2


async def test_a_model_that_can_not_be_loaded_leaves_the_templates(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime_genai", Fake("onnxruntime_genai"))
    monkeypatch.setenv(FOLDER, str(tmp_path / "missing"))
    assert isinstance(available(), Templates)
    assert "no model in" in caplog.text


async def test_a_writer_that_fails_is_followed_by_the_next() -> None:
    class Broken:
        async def write(self, order: Order) -> str | None:
            raise RuntimeError("out of memory")

    order = Order("leave", "leave request", Language.ENGLISH)
    assert await FirstThatCan((Broken(), Templates())).write(order)
    assert await FirstThatCan((Broken(),)).write(order) is None
