"""Where files of evidence are kept: each under the SHA-256 of its content, in a folder or a bucket.

A file is written once and never changed; what is half-written never gets its name.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import obstore
import structlog
from obstore.exceptions import AlreadyExistsError, BaseError, PermissionDeniedError
from obstore.store import LocalStore, ObjectStore, S3Store

from adapters.evidence import File
from config import Settings

log = structlog.get_logger("plaudit.evidence")

PATIENCE = "20s"  # for one answer of a server that speaks S3
STORED = re.compile(r"[0-9a-f]{2}/[0-9a-f]{64}")
STATUS = re.compile(r"status code: (\d{3})")
CODE = re.compile(r"<Code>(\w+)</Code>")
NO_BUCKET, WRONG_KEY = "NoSuchBucket", "InvalidAccessKeyId"


class Damaged(Exception):
    """A stored file is missing, or no longer holds what its name says."""


class OutOfReach(Exception):
    """The place cannot be written to or read from now; `cause` says why, for operators."""

    def __init__(self, digest: str, cause: str = "no answer") -> None:
        super().__init__(digest)
        self.cause = cause


@dataclass(frozen=True)
class Place:
    """Where evidence is kept: `s3://bucket/prefix`, or the folder where no address is given."""

    folder: Path
    url: str = ""
    endpoint: str = ""  # of a server that speaks S3; empty: Amazon's own
    region: str = "us-east-1"
    key_id: str = ""
    secret: str = field(default="", repr=False)


class Store:
    """Files under the hash of their content."""

    def __init__(self, place: Place | Path) -> None:
        self._store = _opened(Place(place) if isinstance(place, Path) else place)

    def keep(self, file: File) -> None:
        """Put the file in its place; the same content twice is one file. Raises OutOfReach."""
        try:
            obstore.put(self._store, _path(file.sha256), file.data, mode="create")
        except AlreadyExistsError:
            return
        except (BaseError, OSError) as error:
            raise _out_of_reach(file.sha256, error) from error

    def listed(self) -> Iterator[tuple[str, datetime]]:
        """Every stored file by its hash, and when it was put there. Raises OutOfReach.

        What else lies in the folder or bucket is none of ours, and left alone.
        """
        try:
            for batch in obstore.list(self._store):
                for each in batch:
                    if STORED.fullmatch(each["path"]):
                        yield each["path"].rpartition("/")[2], each["last_modified"]
        except (BaseError, OSError) as error:
            raise _out_of_reach("", error) from error

    def forget(self, digest: str) -> None:
        """Take the file away; one that is not there is no fault. Raises OutOfReach."""
        try:
            obstore.delete(self._store, _path(digest))
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise _out_of_reach(digest, error) from error

    def read(self, digest: str) -> bytes:
        """The content of this hash; raises Damaged unless it is exactly that, or OutOfReach."""
        try:
            data = bytes(obstore.get(self._store, _path(digest)).bytes())
        except FileNotFoundError as error:
            if _first(CODE, error) == NO_BUCKET:  # then nothing is known of the file
                raise _out_of_reach(digest, error) from error
            raise Damaged(digest) from error
        except (BaseError, OSError) as error:
            raise _out_of_reach(digest, error) from error
        if sha256(data).hexdigest() != digest:
            raise Damaged(digest)
        return data


def store_of(settings: Settings) -> Store:
    """Where this installation keeps its evidence."""
    return Store(_place(settings))


def portraits_of(settings: Settings) -> Store:
    """Where it keeps pictures of colleagues: beside the evidence, and never among it."""
    place = _place(settings)
    url = f"{place.url.rstrip('/')}/portraits" if place.url else ""
    return Store(replace(place, folder=settings.data_dir / "portraits", url=url))


def _place(settings: Settings) -> Place:
    return Place(
        folder=settings.data_dir / "evidence",
        url=settings.evidence_url,
        endpoint=settings.evidence_endpoint,
        region=settings.evidence_region,
        key_id=settings.evidence_key_id,
        secret=settings.evidence_secret.get_secret_value(),
    )


@cache
def _opened(place: Place) -> ObjectStore:
    """One connection for each place; made at its first use, never before a server forks."""
    if not place.url:
        return LocalStore(place.folder, mkdir=True)
    address = urlsplit(place.url)
    return S3Store(
        address.netloc,
        prefix=address.path.strip("/") or None,
        endpoint=place.endpoint or None,
        region=place.region,
        access_key_id=place.key_id or None,
        secret_access_key=place.secret or None,
        client_options={
            "allow_http": place.endpoint.startswith("http://"),
            "timeout": PATIENCE,
            "connect_timeout": "5s",
        },
        retry_config={"max_retries": 2},
    )


def _out_of_reach(digest: str, error: Exception) -> OutOfReach:
    """Logged with its cause, without the server's own words: they can hold key and address."""
    cause = _cause(error)
    log.error("evidence out of reach", digest=digest or None, cause=cause)
    return OutOfReach(digest, cause)


def _cause(error: Exception) -> str:
    if getattr(error, "errno", None) == errno.ENOSPC or "os error 28" in str(error):
        return "no room is left"
    status, code = (_first(pattern, error) for pattern in (STATUS, CODE))
    if code == NO_BUCKET:
        return "there is no such bucket"
    if status in ("401", "403") or code == WRONG_KEY:
        return "the key is wrong, or may not do this"
    if status:
        return f"the server answered {status}"
    if isinstance(error, PermissionError | PermissionDeniedError):
        return "the folder may not be read or written"
    return "no answer"


def _first(pattern: re.Pattern[str], error: Exception) -> str:
    found = pattern.search(str(error))
    return found[1] if found else ""


def _path(digest: str) -> str:
    return f"{digest[:2]}/{digest}"
