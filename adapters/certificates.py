"""Certificates and letters as PDF, pictures to share, set by typst from the house's templates.

The same facts give the same bytes: the fonts are our own, no system font is looked at, and the
date of making is that of the award. A character that no font has is an error, never a box.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import noto_cjk_sans_otc
import pylopdf_fonts_zh_cn
import pylopdf_fonts_zh_tw
import segno
import typst

from adapters.glyphs import characters

TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "certificates"
MISSING = re.compile(r'the text `"(.+?)"` could not be displayed')
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
INK = "#1e1b18"
POINTS = 72.0  # to the inch: a point of the template is a pixel
_one_at_a_time = Lock()


class MissingGlyph(ValueError):
    """No font has this character; nothing was set."""

    def __init__(self, character: str) -> None:
        super().__init__(f"{character} (U+{ord(character[0]):04X})")
        self.character = character


def certificate(texts: Mapping[str, Any], at: datetime) -> bytes:
    """One certificate, A4 landscape, PDF/UA-1. Raises MissingGlyph."""
    return _pdf("certificate.typ", texts, at)


def letter(texts: Mapping[str, Any], at: datetime) -> bytes:
    """One letter, A4. Raises MissingGlyph."""
    return _pdf("letter.typ", texts, at)


def share_image(texts: Mapping[str, Any]) -> bytes:
    """A picture of one award, PNG of 1200 by 630 pixels. Raises MissingGlyph."""
    try_share(texts)
    return _set("share.typ", _shared(texts), format="png", ppi=POINTS)


def try_share(texts: Mapping[str, Any]) -> None:
    """Set it as a PDF, where a PNG would show a box. Raises MissingGlyph."""
    _set("share.typ", _shared(texts), format="pdf", pdf_standards=["ua-1"])


def _shared(texts: Mapping[str, Any]) -> dict[str, Any]:
    return {**texts, "name_in_sans": not _has_serif(texts["name"])}


def _pdf(template: str, texts: Mapping[str, Any], at: datetime) -> bytes:
    it = {
        **texts,
        "qr": _drawn(texts["address"]) if texts.get("address") else "",
        "name_in_sans": not _has_serif(texts.get("name", "")),
        "at": [at.year, at.month, at.day, at.hour, at.minute, at.second],
    }
    return _set(template, it, format="pdf", pdf_standards=["ua-1"], timestamp=int(at.timestamp()))


def _set(template: str, it: Mapping[str, Any], **how: Any) -> bytes:
    with _one_at_a_time:
        try:
            sheet = _compiler(template).compile(
                sys_inputs={"it": json.dumps(it, ensure_ascii=False)}, **how
            )
        except typst.TypstError as error:
            missing = MISSING.search(error.message)
            if missing is None:
                raise
            text = ESCAPED.sub(lambda code: chr(int(code[1], 16)), missing[1])
            raise MissingGlyph(text) from error
    if not isinstance(sheet, bytes):
        raise TypeError("all of it has to fit one file")
    return sheet


@cache
def _compiler(template: str) -> typst.Compiler:
    """One for each template and process: fonts are read once."""
    folders = [_folder(fonts) for fonts in (pylopdf_fonts_zh_cn, pylopdf_fonts_zh_tw)]
    fonts = typst.Fonts(
        include_system_fonts=False, font_paths=[*folders, _folder(noto_cjk_sans_otc)]
    )
    return typst.Compiler(
        TEMPLATES / template, root=TEMPLATES, font_paths=fonts, ignore_system_fonts=True
    )


def _folder(package: Any) -> Path:
    return Path(package.__file__).parent


def _has_serif(name: str) -> bool:
    """Whether the serif faces have every Chinese character of the name."""
    faces = (pylopdf_fonts_zh_cn.serif_path(), pylopdf_fonts_zh_tw.serif_path())
    ideographs = {ord(each) for each in name if each >= "⺀"}
    return ideographs <= characters(faces[0]) | characters(faces[1])


def _drawn(address: str) -> str:
    """The address as a QR code, an SVG."""
    drawing = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawing, kind="svg", xmldecl=False, border=0, dark=INK
    )
    return drawing.getvalue().decode()
