"""One POST to an address that somebody typed: never into our own network, never for long.

The name is looked up once, as patiently as the system does, and the connection goes to the
address that was checked. From then on all of it ends within PATIENCE and LONGEST.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from adapters.mail import Undelivered

PATIENCE = 10.0  # seconds for the whole exchange
LONGEST = 64 * 1024  # octets of an answer's head
NAT64 = IPv6Network("64:ff9b::/96")

Ip = IPv4Address | IPv6Address
Place = tuple[str, int]


def send(url: str, body: bytes, headers: Mapping[str, str], *, inside: bool = False) -> int:
    """The status of the answer; `inside`: also into private networks. Raises Undelivered."""
    address = urlsplit(url)
    try:
        places = _places(address, inside=inside)
        deadline = time.monotonic() + PATIENCE
        with closing(_connected(places, deadline)) as plain:
            plain.settimeout(_left(deadline))
            tunnel = _sealed(plain, address.hostname or "") if address.scheme == "https" else plain
            with closing(tunnel):
                return _asked(tunnel, address, body, headers, deadline)
    except ssl.SSLError as error:
        raise Undelivered("certificate refused") from error
    except TimeoutError as error:
        raise Undelivered("no answer in time") from error
    except (OSError, UnicodeError, http.client.HTTPException) as error:
        raise Undelivered("server unreachable") from error


def is_outside(ip: Ip) -> bool:
    """Whether the address belongs to the open network, also where it carries another in it."""
    carried = _carried(ip)
    return is_outside(carried) if carried else ip.is_global and not ip.is_multicast


def _carried(ip: Ip) -> Ip | None:
    """The address that this one stands for."""
    if isinstance(ip, IPv4Address):
        return None
    if ip in NAT64:
        return IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)


def _places(address: SplitResult, *, inside: bool) -> list[Place]:
    """Where the name leads, as far as it may be spoken to."""
    port = address.port or (443 if address.scheme == "https" else 80)
    found = socket.getaddrinfo(address.hostname, port, type=socket.SOCK_STREAM)
    places = [(str(place[0]), port) for *_, place in found]
    places = [place for place in places if inside or is_outside(_ip(place))]
    if not places:
        raise Undelivered("leads into our own network", for_good=True)
    return places


def _connected(places: Sequence[Place], deadline: float) -> socket.socket:
    """A connection to the first that answers."""
    failed = OSError()
    for place in places:
        try:
            return socket.create_connection(place, timeout=_left(deadline))
        except OSError as error:
            failed = error
    raise failed


def _ip(place: Place) -> Ip:
    return ip_address(place[0].partition("%")[0])


def _sealed(plain: socket.socket, host: str) -> ssl.SSLSocket:
    return ssl.create_default_context().wrap_socket(plain, server_hostname=host)


def _asked(
    tunnel: socket.socket,
    address: SplitResult,
    body: bytes,
    headers: Mapping[str, str],
    deadline: float,
) -> int:
    asking = http.client.HTTPConnection(address.hostname or "")
    asking.sock = tunnel
    path = (address.path or "/") + (f"?{address.query}" if address.query else "")
    tunnel.settimeout(_left(deadline))
    asking.request("POST", path, body, {"Host": address.netloc, **headers})
    source: Any = _Source(tunnel, deadline)
    answer = http.client.HTTPResponse(source, method="POST")
    answer.begin()
    return answer.status


class _Source(io.RawIOBase):
    """What comes from the other side, as far as time and size allow."""

    def __init__(self, tunnel: socket.socket, deadline: float) -> None:
        self._tunnel, self._deadline, self._rest = tunnel, deadline, LONGEST

    def makefile(self, _mode: str) -> io.BufferedReader:
        """As `http.client` asks a socket for what it reads."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            raise OSError("too long an answer")
        self._tunnel.settimeout(_left(self._deadline))
        read = self._tunnel.recv_into(buffer, min(len(buffer), self._rest))
        self._rest -= read
        return read


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
