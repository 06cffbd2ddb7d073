"""Files of evidence: accepted by what they are, kept under the SHA-256 of what they hold.

The type is read from the content, never from the name. Pictures are written anew, which leaves
behind their metadata and anything hidden beside the picture.
"""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath

import filetype
import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore
from PIL import Image, ImageOps, UnidentifiedImageError

from workflow.refusal import Refused

MEGABYTE = 1024 * 1024
NAME_AT_MOST = 120
PICTURES = {
    "image/jpeg": ("JPEG", "image/jpeg", ".jpg"),
    "image/png": ("PNG", "image/png", ".png"),
    "image/webp": ("WEBP", "image/webp", ".webp"),
    "image/gif": ("PNG", "image/png", ".png"),  # one picture of it: a moving one proves no more
}
KEPT_AS_THEY_ARE = {
    "application/pdf": ("application/pdf", ".pdf"),
    "audio/mpeg": ("audio/mpeg", ".mp3"),
    "audio/x-wav": ("audio/wav", ".wav"),
    "audio/ogg": ("audio/ogg", ".ogg"),
    "audio/mp4": ("audio/mp4", ".m4a"),
    "audio/m4a": ("audio/mp4", ".m4a"),
}
TEXT_NAMES = (".txt", ".log", ".md", ".csv")
ENCODINGS = ("utf-8-sig", "gb18030")
MARKUP = re.compile(
    r"<\s*(?:!doctype|\?xml|html|svg|head|body|script|iframe|object|embed)", re.IGNORECASE
)
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
ARCHIVES = ("application/zip", "application/x-", "application/gzip", "application/vnd.")


class RefusedFile(Refused):
    """A file that is not accepted as evidence; the message says why."""


class Damaged(Exception):
    """A stored file is missing, or no longer holds what its name says."""


@dataclass(frozen=True)
class File:
    """A file fit to be kept."""

    name: str
    media_type: str
    data: bytes

    @property
    def sha256(self) -> str:
        return sha256(self.data).hexdigest()


class Store:
    """A folder of files, each under the hash of its content; written once, never changed."""

    def __init__(self, folder: Path) -> None:
        self._store = LocalStore(folder, mkdir=True)

    def keep(self, file: File) -> None:
        """Put the file in its place; the same content twice is one file."""
        try:
            obstore.put(self._store, _path(file.sha256), file.data, mode="create")
        except AlreadyExistsError:
            return

    def read(self, digest: str) -> bytes:
        """The content of this hash; raises Damaged unless it is exactly that."""
        try:
            data = bytes(obstore.get(self._store, _path(digest)).bytes())
        except FileNotFoundError as error:
            raise Damaged(digest) from error
        if sha256(data).hexdigest() != digest:
            raise Damaged(digest)
        return data


def accept(name: str, data: bytes, megabytes: int) -> File:
    """The file as it will be kept; raises RefusedFile."""
    if not data:
        raise RefusedFile("file_empty")
    if len(data) > megabytes * MEGABYTE:
        raise RefusedFile("file_too_large", megabytes=megabytes)
    found = filetype.guess_mime(data)
    if found in PICTURES:
        return _picture(name, data, found)
    if found in KEPT_AS_THEY_ARE:
        media_type, suffix = KEPT_AS_THEY_ARE[found]
        return File(clean_name(name, suffix), media_type, data)
    if found is not None:
        raise RefusedFile("file_archive" if found.startswith(ARCHIVES) else "file_not_accepted")
    return _text(name, data)


def clean_name(name: str, suffix: str) -> str:
    """The name without folders, control characters or directions, ending as its content says."""
    base = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    shown = "".join(c for c in base if unicodedata.category(c)[0] != "C").strip(" .")
    stem = shown[: -len(PurePosixPath(shown).suffix) or None] or "evidence"
    return stem[:NAME_AT_MOST] + suffix


def _picture(name: str, data: bytes, found: str) -> File:
    """The same picture written anew, upright and without metadata."""
    kind, media_type, suffix = PICTURES[found]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = ImageOps.exif_transpose(Image.open(io.BytesIO(data), formats=_read_as(found)))
            plain = picture.convert("RGB" if kind == "JPEG" or picture.mode == "RGB" else "RGBA")
            plain.info.clear()
            written = io.BytesIO()
            plain.save(written, kind, quality=90)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise RefusedFile("picture_too_large") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise RefusedFile("picture_broken") from error
    return File(clean_name(name, suffix), media_type, written.getvalue())


def _read_as(found: str) -> list[str]:
    return [found.partition("/")[2].upper()]


def _text(name: str, data: bytes) -> File:
    """Plain text, told apart from the markup and scripts that are text as well."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in TEXT_NAMES:
        raise RefusedFile("file_not_accepted")
    text = _decoded(data)
    if text is None or CONTROLS.search(text):
        raise RefusedFile("file_not_accepted")
    if MARKUP.search(text):
        raise RefusedFile("file_markup")
    return File(clean_name(name, suffix), "text/plain; charset=utf-8", text.encode())


def _decoded(data: bytes) -> str | None:
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _path(digest: str) -> str:
    return f"{digest[:2]}/{digest}"
