"""A checkpoint reaches a folder or a web address once, or it is said why not; nothing else is."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest

from adapters import webhook
from adapters.mail import Undelivered
from adapters.webhook import is_outside
from adapters.witnessing import CONSENT, is_ready, is_safe, put
from adapters.witnessing import post as post_outside

NOTE = "plaudit.example.org/archive\n12\nroot\n\n— plaudit.example.org/archive signature\n"


post = partial(post_outside, inside=True)  # the sites of these tests are on this machine


@dataclass
class Site:
    """A real web server that keeps what it is sent and answers as it is told."""

    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    silent: bool = False
    drips: bytes = b""  # what it sends again and again, without an end
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
            while kept.drips and not let_go.wait(0.02):
                self.wfile.write(kept.drips)
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
    monkeypatch.setattr(webhook, "PATIENCE", 0.2)
    site.silent = True
    with pytest.raises(Undelivered, match="no answer in time"):
        post(site.address, NOTE, "checkpoint-12.txt")


def test_a_server_that_drips_or_floods_is_left_in_time(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "PATIENCE", 0.5)
    began = time.monotonic()
    for drips, said in ((b"x", "no answer in time"), (b"X-A: b\r\n" * 5000, "unreachable")):
        site.drips = b"HTTP/1.1 200 OK\r\n" + drips if said == "unreachable" else drips
        with pytest.raises(Undelivered, match=said):
            post(site.address, NOTE, "checkpoint-12.txt")
    assert time.monotonic() - began < 1.5


def test_nothing_is_sent_into_our_own_network(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    port = site.address.rpartition(":")[2]
    for url in (site.address, f"http://localhost:{port}/", "https://[::ffff:10.0.0.1]/"):
        with pytest.raises(Undelivered, match="leads into our own network") as failed:
            post_outside(url, NOTE, "checkpoint-12.txt")
        assert failed.value.for_good
    assert site.got == []


def test_the_connection_goes_to_the_address_that_was_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name that leads elsewhere the second time is not asked a second time."""
    asked: list[str] = []
    spoken_to: list[tuple[str, int]] = []

    def lookup(host: str, port: int, **_more: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(2, 1, 6, "", (ip, port)) for ip in ("93.184.216.34", "127.0.0.1")]

    def connect(place: tuple[str, int], timeout: float) -> None:
        spoken_to.append(place)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(Undelivered, match="server unreachable"):
        post_outside("https://rebinds.example.org/", NOTE, "checkpoint-12.txt")
    assert (asked, spoken_to) == (["rebinds.example.org"], [("93.184.216.34", 443)])


@pytest.mark.parametrize(
    ("ip", "outside"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("172.31.0.1", False),
        ("192.168.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::a00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_what_is_outside_our_own_network(ip: str, outside: bool) -> None:
    assert is_outside(ip_address(ip)) == outside


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
    assert not is_ready(Path("/" + "永" * 100))
