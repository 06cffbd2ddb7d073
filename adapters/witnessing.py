"""Handing a checkpoint to a folder or an address on the web. Mail goes through `adapters.mail`."""

from __future__ import annotations

import os
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from adapters import webhook
from adapters.mail import Undelivered

CONSENT = "plaudit-witness"  # a file by which whoever owns a folder says that we may write there
GONE = (404, 410)


def is_safe(url: str) -> bool:
    """Whether an address may be written to: https, or plain http on this machine."""
    try:
        address = urlsplit(url)
        port = address.port
    except ValueError:
        return False
    if not address.hostname or address.username or address.password or port == 0:
        return False
    if not url.isascii() or any(letter.isspace() for letter in url):
        return False
    if address.scheme == "https":
        return True
    return address.scheme == "http" and _is_here(address.hostname)


def is_ready(folder: Path) -> bool:
    """Whether the folder is there and its owner has said that checkpoints may be put into it."""
    try:
        return folder.is_absolute() and (folder / CONSENT).is_file()
    except OSError:  # too long a name, or a folder that is closed to us
        return False


def post(url: str, note: str, name: str, *, inside: bool = False) -> None:
    """Send it by POST; redirects are not followed. Raises Undelivered."""
    if not is_safe(url):
        raise Undelivered("not a safe address", for_good=True)
    headers = {"Content-Type": "text/plain; charset=utf-8", "Idempotency-Key": name}
    status = webhook.send(url, note.encode(), headers, inside=inside)
    if 300 <= status < 400:
        raise Undelivered(f"leads elsewhere ({status})", for_good=True)
    if not 200 <= status < 300:
        raise Undelivered(f"refused ({status})", for_good=status in GONE)


def put(folder: Path, note: str, name: str) -> None:
    """Write it as a file of its own, never over another. Raises Undelivered."""
    if not is_ready(folder):
        raise Undelivered(f"no folder with a file {CONSENT} in it")
    path = folder / name
    draft = folder / f".{name}.{os.getpid()}"
    try:
        draft.write_text(note)
        try:
            os.link(draft, path)
        except FileExistsError:
            if path.read_text() != note:
                raise Undelivered("another checkpoint lies there", for_good=True) from None
        finally:
            draft.unlink()
    except (OSError, ValueError) as error:
        raise Undelivered("folder cannot be written to") from error


def _is_here(host: str) -> bool:
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"
