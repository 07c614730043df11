"""The local library, and the players that really play: a small MPD and a small D-Bus, both made
here, over real sockets."""

from __future__ import annotations

import asyncio
import shutil
import struct
import wave
from collections.abc import AsyncIterator
from pathlib import Path

import mutagen.wave
import pytest
from dbus_fast import Message
from dbus_fast.aio import MessageBus
from mutagen.id3 import TALB, TCON, TIT2, TPE1

from cabin_agent.sdk import Language
from cabin_agent.sdk.registry import load
from cabin_agent.sdk.testing import TestCar
from cabin_agent.turn import Status
from skills.media.catalogue import demonstration, scan
from skills.media.players import Mpd, Mpris, PlayerGone, chosen
from skills.media.shelf import FOLDER

REGISTRY = load()
MEDIA = "Vehicle.Cabin.Infotainment.Media"


def tune(file: Path, title: str = "", artist: str = "", album: str = "", genre: str = "") -> Path:
    """A tenth of a second of silence, tagged."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(file), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(struct.pack("<800h", *[0] * 800))
    if title:
        tagged = mutagen.wave.WAVE(file)  # type: ignore[no-untyped-call]
        tagged.add_tags()  # type: ignore[no-untyped-call]
        assert tagged.tags is not None
        for frame, text in ((TIT2, title), (TPE1, artist), (TALB, album), (TCON, genre)):
            tagged.tags.add(frame(encoding=3, text=[text]))
        tagged.save()
    return file


@pytest.fixture
def music(tmp_path: Path) -> Path:
    folder = tmp_path / "music"
    tune(folder / "a" / "1.wav", "Slow Tide", "Nora Vale", "Low Water", "Ambient")
    tune(folder / "a" / "2.wav", "Old Pier", "Nora Vale", "Low Water", "Ambient")
    tune(folder / "b" / "3.wav", "晨光", "山前乐队", "远行", "民谣")
    tune(folder / "b" / "untagged tune.wav")
    (folder / "cover.jpg").write_bytes(b"no music")
    (folder / "broken.mp3").write_bytes(b"no music either")
    return folder


def test_a_folder_is_read_by_its_tags(music: Path) -> None:
    library = scan(music)
    assert sorted(track.title for track in library.tracks) == [
        "Old Pier",
        "Slow Tide",
        "broken",
        "untagged tune",
        "晨光",
    ]
    found = library.find("晨光")
    assert found is not None
    assert found.tracks[0].uri == (music / "b" / "3.wav").resolve().as_uri()


@pytest.mark.parametrize(
    ("words", "kind", "name", "count"),
    [
        ("slow tide", "title", "Slow Tide", 1),
        ("slow tied", "title", "Slow Tide", 1),
        ("old pier by nora vale", "title", "Old Pier", 1),
        ("something by nora vail", "artist", "Nora Vale", 2),
        ("the album low water", "album", "Low Water", 2),
        ("ambient music", "genre", "Ambient", 2),
        ("陈光", "title", "晨光", 1),
        ("山前乐队的歌", "artist", "山前乐队", 1),
        ("untagged tune", "title", "untagged tune", 1),
    ],
)
def test_what_is_asked_for_is_found(
    music: Path, words: str, kind: str, name: str, count: int
) -> None:
    found = scan(music).find(words)
    assert found is not None
    assert (found.kind, found.name, len(found.tracks)) == (kind, name, count)


def test_what_nobody_has_is_not_found(music: Path) -> None:
    assert scan(music).find("completely different thing") is None


def test_a_file_is_read_again_only_when_it_changed(music: Path, tmp_path: Path) -> None:
    index = tmp_path / "cache" / "index.json"
    scan(music, index)
    written = index.stat().st_mtime_ns
    scan(music, index)
    assert index.stat().st_mtime_ns == written
    tune(music / "a" / "4.wav", "New Song", "Nora Vale")
    shutil.rmtree(music / "b")
    titles = {track.title for track in scan(music, index).tracks}
    assert "New Song" in titles
    assert "晨光" not in titles


def test_a_broken_index_is_read_anew(
    music: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    index = tmp_path / "index.json"
    index.write_text("{")
    assert len(scan(music, index).tracks) == 5
    assert "read anew" in caplog.text


def test_the_demonstration_has_both_languages() -> None:
    library = demonstration()
    for words, title in (("静港", "Quiet Harbour"), ("quiet harbor", "Quiet Harbour")):
        found = library.find(words)
        assert found is not None
        assert found.tracks[0].title == title
    folk = library.find("民谣")
    assert folk is not None
    assert folk.kind == "genre"


async def test_an_artist_is_queued_whole(music: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER, str(music))
    monkeypatch.setenv("XDG_CACHE_HOME", str(music.parent / "cache"))
    car = await TestCar.parked(REGISTRY)
    done = await car.ask("media.play", query="nora vale", language=Language.MANDARIN)
    (event,) = done.events
    assert event.payload["kind"] == "artist"
    assert len(event.payload["uris"]) == 2
    assert done.signals[f"{MEDIA}.SelectedURI"] == event.payload["uris"][0]
    assert done.said == "为您播放Nora Vale"


class SmallMpd:
    """Enough of MPD's protocol: greets, answers OK, refuses what it is told to refuse."""

    def __init__(self) -> None:
        self.commands: list[str] = []
        self.refuses = ""
        self.port = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"OK MPD 0.23.5\n")
        while line := (await reader.readline()).decode().strip():
            if line in ("idle", "noidle", "commands"):
                if line != "idle":
                    writer.write(b"OK\n")
                continue
            self.commands.append(line)
            refused = self.refuses and line.startswith(self.refuses)
            writer.write(b"ACK [50@0] {add} No such song\n" if refused else b"OK\n")
        writer.close()


@pytest.fixture
async def mpd() -> AsyncIterator[SmallMpd]:
    daemon = SmallMpd()
    server = await asyncio.start_server(daemon.talk, "127.0.0.1", 0)
    daemon.port = server.sockets[0].getsockname()[1]
    yield daemon
    server.close()


async def test_mpd_plays_what_was_found(mpd: SmallMpd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPD_HOST", "127.0.0.1")
    monkeypatch.setenv("MPD_PORT", str(mpd.port))
    car = await TestCar.parked(REGISTRY, deadline_s=20.0)
    await car.ask("media.play", query="grey platform")
    assert mpd.commands[0] == "clear"
    assert [c for c in mpd.commands if c.startswith("add")] == [
        'add "demo:track/northern-line"',
        'add "demo:track/late-ferry"',
    ]
    mpd.commands.clear()
    for intent in ("pause", "next", "previous", "resume"):
        await car.ask(f"media.{intent}")
    await car.ask("media.volume_set", value="forty")
    assert [c.replace('"', "") for c in mpd.commands] == [
        "pause 1",
        "next",
        "previous",
        "play",
        "setvol 40",
    ]


async def test_a_refusal_of_mpd_is_told(mpd: SmallMpd) -> None:
    mpd.refuses = "add"
    with pytest.raises(PlayerGone, match="No such song"):
        await Mpd("127.0.0.1", mpd.port).play(["file:///nowhere.mp3"])


async def test_a_player_that_is_gone_is_said_and_the_signals_are_put_back(
    mpd: SmallMpd, monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
) -> None:
    monkeypatch.setenv("MPD_HOST", "127.0.0.1")
    monkeypatch.setenv("MPD_PORT", str(unused_tcp_port))
    car = await TestCar.parked(REGISTRY, {f"{MEDIA}.Volume": 30}, deadline_s=20.0)
    done = await car.ask("media.volume_set", value="forty")
    assert done.outcome.status is Status.FAILED
    assert done.said == "The music player does not answer."
    assert await car.get(f"{MEDIA}.Volume") == 30


class DesktopPlayer:
    """A player of the desktop: notes what it is asked over the bus, and answers."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def __call__(self, message: Message) -> Message | None:
        if message.path != "/org/mpris/MediaPlayer2":
            return None
        said = [str(getattr(part, "value", part)) for part in message.body[-1:]]
        self.calls.append(" ".join([str(message.member), *said]))
        return Message.new_method_return(message)


@pytest.fixture
async def session_bus(tmp_path: Path) -> AsyncIterator[str]:
    if shutil.which("dbus-daemon") is None:
        pytest.skip("no dbus-daemon here")
    daemon = await asyncio.create_subprocess_exec(
        "dbus-daemon",
        "--session",
        "--nofork",
        "--print-address=1",
        f"--address=unix:path={tmp_path}/bus",
        stdout=asyncio.subprocess.PIPE,
    )
    assert daemon.stdout is not None
    yield (await daemon.stdout.readline()).decode().strip()
    daemon.terminate()
    await daemon.wait()


async def test_mpris_drives_a_player_of_the_desktop(session_bus: str) -> None:
    desktop = await MessageBus(session_bus).connect()
    player = DesktopPlayer()
    desktop.add_message_handler(player)
    await desktop.request_name("org.mpris.MediaPlayer2.small")
    mpris = Mpris("small", session_bus)
    await mpris.play(["file:///a.mp3", "file:///b.mp3"])
    await mpris.play([])
    await mpris.stop()
    await mpris.next()
    await mpris.volume(40)
    assert player.calls == ["OpenUri file:///a.mp3", "Play", "Pause", "Next", "Set 0.4"]
    with pytest.raises(PlayerGone, match="nobody"):
        await Mpris("nobody", session_bus).next()
    desktop.disconnect()


async def test_without_a_session_bus_mpris_says_so() -> None:
    with pytest.raises(PlayerGone, match="D-Bus"):
        await Mpris("nobody", "unix:path=/nowhere/at/all").next()


def test_the_environment_chooses(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MPD_HOST", "MPD_PORT", "CABIN_AGENT_MPRIS"):
        monkeypatch.delenv(name, raising=False)
    assert chosen() is None
    monkeypatch.setenv("CABIN_AGENT_MPRIS", "vlc")
    assert chosen() == Mpris("vlc")
    monkeypatch.setenv("MPD_HOST", "music.local")
    assert chosen() == Mpd("music.local", 6600)
