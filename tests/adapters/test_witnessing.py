"""A checkpoint reaches a folder or a web address once, or it is said why not; nothing else is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from adapters import witnessing
from adapters.mail import Undelivered
from adapters.witnessing import CONSENT, is_safe, post, put

NOTE = "plaudit.example.org/archive\n12\nroot\n\n— plaudit.example.org/archive signature\n"


@dataclass
class Site:
    """A real web server that keeps what it is sent and answers as it is told."""

    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    silent: bool = False
    got: list[tuple[str, str, str]] = field(default_factory=list)
    address: str = ""


@pytest.fixture
def site() -> Iterator[Site]:
    kept = Site()
    let_go = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            kept.got.append((self.path, self.headers["Idempotency-Key"], body))
            if kept.silent:
                let_go.wait(10)
                return
            self.send_response(kept.status)
            for name, value in kept.headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its own name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield kept
    let_go.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / CONSENT).touch()
    return tmp_path


def test_a_checkpoint_is_posted_as_it_was_signed(site: Site) -> None:
    post(f"{site.address}/keep?for=us", NOTE, "checkpoint-12.txt")
    assert site.got == [("/keep?for=us", "checkpoint-12.txt", NOTE)]


def test_a_redirect_is_not_followed_and_not_tried_again(site: Site) -> None:
    site.status, site.headers = 307, {"Location": f"{site.address}/inside"}
    with pytest.raises(Undelivered, match=r"leads elsewhere \(307\)") as failed:
        post(f"{site.address}/", NOTE, "checkpoint-12.txt")
    assert failed.value.for_good
    assert [path for path, _, _ in site.got] == ["/"]


@pytest.mark.parametrize(("status", "for_good"), [(500, False), (403, False), (404, True)])
def test_what_the_other_side_refuses_is_said_with_its_code(
    site: Site, status: int, for_good: bool
) -> None:
    site.status = status
    with pytest.raises(Undelivered, match=rf"refused \({status}\)") as failed:
        post(site.address, NOTE, "checkpoint-12.txt")
    assert failed.value.for_good == for_good


def test_nobody_waits_for_ever(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(witnessing, "PATIENCE", 0.2)
    site.silent = True
    with pytest.raises(Undelivered, match="no answer in time"):
        post(site.address, NOTE, "checkpoint-12.txt")


def test_nobody_there_is_said_so(site: Site) -> None:
    with pytest.raises(Undelivered, match="server unreachable"):
        post("http://127.0.0.1:9/", NOTE, "checkpoint-12.txt")
    with pytest.raises(Undelivered, match="certificate refused|server unreachable"):
        post(site.address.replace("http:", "https:"), NOTE, "checkpoint-12.txt")


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://witness.example.org/keep", True),
        ("http://127.0.0.1:8080/", True),
        ("http://localhost/", True),
        ("http://[::1]/", True),
        ("http://witness.example.org/", False),
        ("http://127.0.0.1.example.org/", False),
        ("https://name:secret@witness.example.org/", False),
        ("ftp://witness.example.org/", False),
        ("file:///etc/passwd", False),
        ("https://", False),
        ("https://witness.example.org:99999/", False),
        ("https://witness.example.org/a b", False),
        ("https://witness.example.org/\r\nHost: inside", False),
        ("https://見證.example/", False),
        ("witness.example.org", False),
        ("", False),
    ],
)
def test_only_https_is_sent_to_or_this_very_machine(url: str, safe: bool) -> None:
    assert is_safe(url) == safe
    if not safe:
        with pytest.raises(Undelivered, match="not a safe address"):
            post(url, NOTE, "checkpoint-12.txt")


def test_a_checkpoint_is_put_into_the_folder_once(folder: Path) -> None:
    for _ in range(2):
        put(folder, NOTE, "checkpoint-12.txt")
    assert {path.name for path in folder.iterdir()} == {CONSENT, "checkpoint-12.txt"}
    assert (folder / "checkpoint-12.txt").read_text() == NOTE


def test_another_checkpoint_of_the_same_size_is_never_written_over(folder: Path) -> None:
    (folder / "checkpoint-12.txt").write_text("what was signed before")
    with pytest.raises(Undelivered, match="another checkpoint lies there") as failed:
        put(folder, NOTE, "checkpoint-12.txt")
    assert failed.value.for_good
    assert (folder / "checkpoint-12.txt").read_text() == "what was signed before"
    assert len(list(folder.iterdir())) == 2


def test_a_folder_whose_owner_does_not_say_so_is_not_written_to(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nowhere", Path("relative")):
        with pytest.raises(Undelivered, match="no folder with a file"):
            put(place, NOTE, "checkpoint-12.txt")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_whose_name_no_disk_can_hold_is_not_ready() -> None:
    assert not witnessing.is_ready(Path("/" + "永" * 100))
