"""`cabin-agent explain` and `train`, as a person calls them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from harness_cli import Run

AIR = "Vehicle.Cabin.HVAC.AmbientAirTemperature"
PLUGIN = """
from cabin_agent.sdk import Cabin, Manifest, Said, Skill, intent


class Karaoke(Skill):
    manifest = Manifest("karaoke", "1.0.0", "karaoke", "卡拉ok")

    @intent(
        domain="app",
        en=("start karaoke", "i want to sing", "karaoke time", "let's sing along"),
        zh=("打开卡拉ok", "我想唱歌", "来唱卡拉ok", "开始点歌唱"),
    )
    async def start(self, cabin: Cabin) -> Said:
        return cabin.say("Sing!", "唱吧")
"""


def test_explain_names_decision_and_causes(run: Run) -> None:
    status, out, _ = run("explain", "open the sunroof", "--set", f"{AIR}=31", "--json")
    row = json.loads(out)
    assert status == 0
    assert row["decision"] == "windows.sunroof_open"
    assert row["causes"][0]["kind"] == "word"
    status, out, _ = run("explain", "open the sunroof")
    assert status == 0
    assert "windows.sunroof_open" in out
    assert "sunroof" in out


def test_explain_refuses_what_is_no_signal(run: Run) -> None:
    status, _, err = run("explain", "hello", "--set", "Vehicle.Speed")
    assert status == 2
    assert "write for example Vehicle.Speed=50" in err


def test_train_without_plugins_has_nothing_to_do(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("cabin_agent.assembly.user_cache_path", lambda name: tmp_path / name)
    status, out, _ = run("train")
    assert status == 0
    assert not list(tmp_path.rglob("*.npz")) or "intents" in out


def test_train_keeps_what_it_learnt_of_a_plugin(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("cabin_agent.assembly.user_cache_path", lambda name: tmp_path / name)
    folder = tmp_path / "skills" / "karaoke"
    folder.mkdir(parents=True)
    (folder / "skill.py").write_text(PLUGIN, encoding="utf-8")
    config = tmp_path / "cabin.yaml"
    config.write_text(
        f"skills: [{tmp_path / 'skills'}]\nallow_unsigned_skills: true\n", encoding="utf-8"
    )
    status, out, _ = run("--config", config, "train")
    assert status == 0
    assert "karaoke.start" in out
    assert (tmp_path / "cabin-agent" / "plugins.npz").exists()
