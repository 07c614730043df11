"""Installing models: from archives and from a list served here, broken off, damaged, chosen."""

import hashlib
import json
import shutil
import tarfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from cabin_agent.cli import main
from cabin_agent.hearing import installed, installing
from cabin_agent.hearing.models import SHIPPED, ModelError, find_model
from cabin_agent.turn import Language

NAME = "vosk-model-small-en-us-9.9"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packed")
    shutil.copytree(SHIPPED / "vosk-en", folder / NAME)
    return Path(shutil.make_archive(str(folder / NAME), "zip", folder, NAME))


class Publisher:
    """A server of one archive and its list. `breaks_at`: bytes after which it hangs up, once."""

    def __init__(self, archive: Path, md5: str | None = None, breaks_at: int | None = None) -> None:
        self.data = archive.read_bytes()
        self.md5 = md5 or hashlib.md5(self.data).hexdigest()
        self.breaks_at = breaks_at
        self.ranges: list[str | None] = []
        publisher = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                publisher.answer(self)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        body = self._list() if request.path == "/list.json" else self.data
        wanted = request.headers.get("Range")
        if request.path != "/list.json":
            self.ranges.append(wanted)
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        request.send_response(206 if wanted else 200)
        request.send_header("Content-Length", str(len(body) - start))
        request.end_headers()
        breaks, self.breaks_at = self.breaks_at if body is self.data else None, self.breaks_at
        if breaks is not None:
            self.breaks_at = None
            request.wfile.write(body[start:breaks])
            return
        request.wfile.write(body[start:])

    def _list(self) -> bytes:
        row = {"name": NAME, "url": f"{self.url}/{NAME}.zip", "md5": self.md5, "lang": "en-us"}
        return json.dumps(
            [{**row, "size": len(self.data), "type": "small", "obsolete": "false"}]
        ).encode()


@pytest.fixture
def publish(archive: Path) -> Iterator[type[Publisher]]:
    made: list[Publisher] = []

    def start(**options: object) -> Publisher:
        made.append(Publisher(archive, **options))  # type: ignore[arg-type]
        return made[-1]

    yield start  # type: ignore[misc]
    for each in made:
        each.server.shutdown()


def nothing(done: int, total: int) -> None:
    pass


def test_an_archive_is_installed_checked_and_used(archive: Path, tmp_path: Path) -> None:
    folder = installing.install(str(archive), nothing, folder=tmp_path)
    assert folder == tmp_path / NAME
    assert installed.verify(NAME, tmp_path) > 5
    assert installed.use(NAME, folder=tmp_path) is Language.ENGLISH
    assert find_model(Language.ENGLISH, None, {}, tmp_path) == folder
    (model,) = installed.installed(tmp_path)
    assert model.used == (Language.ENGLISH,)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_download_goes_on_where_it_was_broken_off(
    publish: type[Publisher], tmp_path: Path
) -> None:
    server = publish(breaks_at=1_000_000)  # type: ignore[call-arg]
    seen: list[int] = []
    listing = f"{server.url}/list.json"
    with pytest.raises(ModelError, match="goes on where it stopped"):
        installing.install(NAME, lambda done, total: seen.append(done), listing, tmp_path)
    installing.install(NAME, lambda done, total: seen.append(done), listing, tmp_path)
    assert server.ranges[0] is None
    assert server.ranges[1] is not None
    assert int(server.ranges[1].removeprefix("bytes=").rstrip("-")) > 500_000
    assert seen[-1] == len(server.data)
    assert installed.verify(NAME, tmp_path) > 5


def test_what_arrives_damaged_is_thrown_away(publish: type[Publisher], tmp_path: Path) -> None:
    server = publish(md5="0" * 32)  # type: ignore[call-arg]
    with pytest.raises(ModelError, match="checksum"):
        installing.install(NAME, nothing, f"{server.url}/list.json", tmp_path)
    assert installed.installed(tmp_path) == ()


def test_an_unknown_name_lists_what_there_is(publish: type[Publisher], tmp_path: Path) -> None:
    server = publish()
    with pytest.raises(ModelError, match=NAME):
        installing.install("vosk-model-xx", nothing, f"{server.url}/list.json", tmp_path)


def test_without_a_network_the_mend_is_an_archive(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="give the archive"):
        installing.install(NAME, nothing, "http://127.0.0.1:1/list.json", tmp_path)


def test_archives_that_hold_no_model(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("nothing")
    with tarfile.open(tmp_path / "other.tar.gz", "w:gz") as tape:
        tape.add(tmp_path / "note.txt", "note.txt")
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 and then nothing")
    home = tmp_path / "home"
    with pytest.raises(ModelError, match="no Vosk model in it"):
        installing.install(str(tmp_path / "other.tar.gz"), nothing, folder=home)
    with pytest.raises(ModelError, match="no whole"):
        installing.install(str(tmp_path / "broken.zip"), nothing, folder=home)
    with pytest.raises(ModelError, match="no such file"):
        installing.install(str(tmp_path / "gone.zip"), nothing, folder=home)
    assert installed.installed(home) == ()


def test_an_archive_can_not_write_outside(tmp_path: Path) -> None:
    (tmp_path / "evil").write_text("x")
    with tarfile.open(tmp_path / "evil.tar.gz", "w:gz") as tape:
        tape.add(tmp_path / "evil", "../../escaped")
    with pytest.raises(ModelError):
        installing.install(str(tmp_path / "evil.tar.gz"), nothing, folder=tmp_path / "a" / "b")
    assert not (tmp_path / "escaped").exists()


def test_a_changed_or_missing_file_is_found(archive: Path, tmp_path: Path) -> None:
    folder = installing.install(str(archive), nothing, folder=tmp_path)
    with (folder / "conf" / "model.conf").open("a") as file:
        file.write("--beam=1\n")
    with pytest.raises(ModelError, match=r"model\.conf has changed"):
        installed.verify(NAME, tmp_path)
    (folder / "conf" / "model.conf").unlink()
    with pytest.raises(ModelError, match="missing"):
        installed.verify(NAME, tmp_path)


def test_a_choice_that_can_not_be(archive: Path, tmp_path: Path) -> None:
    installing.install(str(archive), nothing, folder=tmp_path)
    with pytest.raises(ModelError, match=NAME):
        installed.use("vosk-model-cn", folder=tmp_path)
    with pytest.raises(ModelError, match="a model for en"):
        installed.use(NAME, Language.MANDARIN, folder=tmp_path)
    (tmp_path / "use.json").write_text("{")
    with pytest.raises(ModelError, match=r"use\.json"):
        find_model(Language.ENGLISH, None, {}, tmp_path)


def test_the_commands(
    archive: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for module in ("models", "installed", "installing"):
        monkeypatch.setattr(f"cabin_agent.hearing.{module}.cache", lambda: tmp_path)
    assert main(["models", "install", str(archive), "--use"]) == 0
    assert main(["models", "verify", NAME]) == 0
    assert main(["models", "list"]) == 0
    said = capsys.readouterr().out
    assert "used for en from now on" in said
    assert "in use" in said
    assert main(["models", "verify", "gone"]) == 2
