"""Files of evidence: accepted by what they are, never by their name.

Pictures are written anew, which leaves behind their metadata and anything hidden beside the
picture. `adapters.evidence_store` keeps what is accepted.
"""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePosixPath

import filetype
from PIL import Image, ImageOps, UnidentifiedImageError

from workflow.refusal import Refused

MEGABYTE = 1024 * 1024
NAME_AT_MOST = 120
# A progressive JPEG takes ten octets of memory for each pixel: 250 MB in all.
PIXELS_AT_MOST = 25_000_000
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


@dataclass(frozen=True)
class File:
    """A file fit to be kept."""

    name: str
    media_type: str
    data: bytes

    @property
    def sha256(self) -> str:
        return sha256(self.data).hexdigest()


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
            picture = Image.open(io.BytesIO(data), formats=_read_as(found))
            if picture.width * picture.height > PIXELS_AT_MOST:  # nothing is unpacked yet
                raise RefusedFile("picture_too_large", millions=PIXELS_AT_MOST // 1_000_000)
            ImageOps.exif_transpose(picture, in_place=True)
            written = io.BytesIO()
            _plain(picture, kind).save(written, kind, quality=90)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise RefusedFile("picture_too_large", millions=PIXELS_AT_MOST // 1_000_000) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise RefusedFile("picture_broken") from error
    return File(clean_name(name, suffix), media_type, written.getvalue())


def _plain(picture: Image.Image, kind: str) -> Image.Image:
    """The picture in colours that its kind can hold, and nothing beside them."""
    picture.load()
    wanted = "RGBA" if kind != "JPEG" and picture.has_transparency_data else "RGB"
    plain = picture if picture.mode == wanted else picture.convert(wanted)
    plain.info.clear()
    return plain


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
