"""Every command of `cabin-agent`, called as a person calls it."""

from __future__ import annotations

import json
import socket
import wave
from pathlib import Path
from typing import Any

import pytest
from harness_cli import Run

from cabin_agent.cli import main
from cabin_agent.speaking.espeak import EspeakVoice
from cabin_agent.turn import Language

TEMPERATURE = "Vehicle.Cabin.HVAC.Station.Row1.Driver.Temperature"
LOCK = "Vehicle.Cabin.Door.Row1.PassengerSide.IsLocked"
TRUNK = "Vehicle.Body.Trunk.Rear.IsOpen"
SCENARIOS = Path(__file__).parents[2] / "simulator" / "scenarios"
ROW = {"addressed", "complete", "route", "actions", "signals", "verdicts", "reply", "ms"}


def rows(path: Path, *items: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(item) + "\n" for item in items), encoding="utf-8")
    return path


def results(path: Path) -> dict[str, dict[str, Any]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return {row["id"]: row for row in map(json.loads, lines)}


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    voice = EspeakVoice()
    speech = voice.speak("set the temperature to twenty two degrees", Language.ENGLISH)
    voice.close()
    path = tmp_path_factory.mktemp("sound") / "said.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(speech.sample_rate)
        file.writeframes(speech.pcm)
    return path


def test_ask(run: Run) -> None:
    status, out, _ = run("ask", "set the temperature to twenty four degrees", "--json")
    row = json.loads(out)
    assert status == 0
    assert set(row) == ROW
    assert row["signals"] == [{"path": TEMPERATURE, "before": 21.0, "after": 24.0}]
    assert row["actions"][0]["skill"] == "climate"
    assert set(row["actions"][0]) == {"skill", "intent", "domain", "slots", "zone", "confidence"}
    status, out, _ = run("ask", "打开天窗", "--lang", "zh")
    assert status == 0
    assert "windows.sunroof_open" in out


def test_ask_honours_the_zone(run: Run) -> None:
    _, out, _ = run("ask", "open my window", "--zone", "rear_left", "--json")
    assert json.loads(out)["signals"][0]["path"].startswith("Vehicle.Cabin.Door.Row2.DriverSide")


def test_listen(run: Run, recording: Path) -> None:
    status, out, _ = run("listen", recording, "--json")
    row = json.loads(out)
    assert status == 0
    assert set(row) == ROW | {"heard"}
    assert row["heard"]


def test_transcribe(run: Run, recording: Path, tmp_path: Path) -> None:
    source = rows(tmp_path / "in.jsonl", {"id": "a", "file": str(recording), "lang": "en"})
    status, _, _ = run("transcribe", "--jsonl", source, "--out", tmp_path / "out.jsonl")
    row = results(tmp_path / "out.jsonl")["a"]
    assert status == 0
    assert set(row) == {"id", "text", "ms", "real_time_factor"}
    assert "temperature" in row["text"]
    assert 0 < row["real_time_factor"] < 1


def test_understand(run: Run, tmp_path: Path) -> None:
    source = rows(
        tmp_path / "in.jsonl",
        {"id": "1", "text": "open my window", "lang": "en", "session": "a"},
        {"id": "2", "text": "the other one too", "lang": "en", "session": "a"},
        {"id": "3", "text": "the other one too", "lang": "en", "session": "b"},
        {"id": "4", "text": "open the trunk", "lang": "en", "signals": {"Vehicle.Speed": 60}},
        {"id": "5", "text": "open the trunk", "lang": "en"},
        {"id": "6", "text": "unlock my door", "zone": "passenger", "signals": {LOCK: True}},
        {"id": "7", "text": "温度调到二十度", "lang": "zh", "signals": {"Vehicle.No.Such": 1}},
    )
    status, _, err = run("understand", "--jsonl", source, "--out", tmp_path / "out.jsonl")
    got = results(tmp_path / "out.jsonl")
    assert status == 0
    assert list(got) == ["1", "2", "3", "4", "5", "6", "7"]
    assert all(set(row) == ROW | {"id"} for row in got.values())
    assert "PassengerSide" in got["2"]["signals"][0]["path"]
    assert got["3"]["signals"] == []
    assert got["4"]["signals"] == []
    assert got["4"]["verdicts"][-1]["decision"] == "refuse"
    assert got["5"]["signals"] == [{"path": TRUNK, "before": False, "after": True}]
    assert got["6"]["signals"], "the confirmation was answered with yes"
    assert got["7"]["signals"][0]["after"] == 20.0
    assert "Vehicle.No.Such" in err


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("not json", "in.jsonl:1: not JSON"),
        ('{"id": "1"}', "no 'text'"),
        ('{"id": "1", "text": "hi", "lang": "fr"}', "'fr'"),
        ('{"id": "1", "text": "hi", "zone": "roof"}', "'roof'"),
        ("[1]", "not an object"),
    ],
)
def test_bad_rows_are_named(run: Run, tmp_path: Path, line: str, named: str) -> None:
    (tmp_path / "in.jsonl").write_text(line + "\n", encoding="utf-8")
    arguments = ("--jsonl", tmp_path / "in.jsonl", "--out", tmp_path / "out.jsonl")
    status, _, err = run("understand", *arguments)
    assert status == 2
    assert named in err


def test_missing_files_are_named(run: Run, tmp_path: Path) -> None:
    status, _, err = run("listen", tmp_path / "nothing.wav")
    assert (status, "nothing.wav" in err) == (2, True)
    arguments = ("--jsonl", tmp_path / "none.jsonl", "--out", tmp_path / "out")
    status, _, err = run("understand", *arguments)
    assert (status, "none.jsonl" in err) == (2, True)


def test_simulate(run: Run, tmp_path: Path) -> None:
    files = {name: tmp_path / name for name in ("trace.json", "verdict.xml")}
    arguments = ("--json", files["trace.json"], "--junit", files["verdict.xml"])
    status, out, _ = run("simulate", SCENARIOS / "safety.scenario.yaml", *arguments)
    assert status == 0, out
    assert json.loads(files["trace.json"].read_text())
    assert "<testsuite" in files["verdict.xml"].read_text()


def test_skills_models_doctor(run: Run) -> None:
    status, out, _ = run("skills", "--json")
    assert status == 0
    assert {"climate", "windows", "navigation"} <= {skill["name"] for skill in json.loads(out)}
    status, out, _ = run("models", "--json")
    assert status == 0
    findings = {finding["name"]: finding for finding in json.loads(out)}
    assert findings["ears (en)"]["ok"]
    assert findings["ears (zh)"]["ok"]
    _, out, _ = run("doctor", "--json")
    assert {"python", "voice", "skills", "port"} <= {f["name"] for f in json.loads(out)}


def test_a_port_in_use_is_told(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        status, _, err = run("serve", "--port", taken.getsockname()[1])
    assert status == 2
    assert "--port" in err


def test_a_port_for_kuksa_in_use_is_told(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        status, _, err = run("serve", "--port", 0, "--kuksa-port", taken.getsockname()[1])
    assert status == 2
    assert "--no-kuksa" in err


@pytest.mark.parametrize(
    ("flags", "named"),
    [
        (("--bus", "mqtt://car"), "kuksa://host:port"),
        (("--bus", "kuksa://127.0.0.1:9"), "127.0.0.1:9"),
        (("--bus", "kuksa://127.0.0.1:9", "--bus-ca", __file__), "bus_ca"),
        (("--kuksa-certificate", __file__, "--kuksa-key", __file__), "no private key"),
    ],
)
def test_wrong_flags_for_kuksa_name_the_mistake(
    run: Run, flags: tuple[str, ...], named: str
) -> None:
    status, _, err = run("serve", "--port", 0, "--kuksa-port", 0, *flags)
    assert status == 2
    assert named in err


def test_a_broken_configuration_is_told(run: Run, tmp_path: Path) -> None:
    config = tmp_path / "cabin.yaml"
    for text, named in (
        ("prot: 1", "did you mean 'port'"),
        ("port: many", "expected int"),
        ("a: [", "not YAML"),
        ("understanding_model: /nowhere", "/nowhere"),
    ):
        config.write_text(text, encoding="utf-8")
        status, _, err = run("--config", config, "ask", "hello")
        assert status == 2
        assert named in err


def test_a_broken_recognition_model_is_told(
    run: Run, recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOSK_MODEL_PATH", str(tmp_path))
    status, _, err = run("listen", recording)
    assert status == 2
    assert "am" in err


@pytest.mark.parametrize(
    "command",
    "serve ask listen simulate demo understand transcribe models skills skill doctor".split(),
)
def test_help_teaches(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert len(capsys.readouterr().out.splitlines()) > 3
