"""A certificate is a PDF whose text can be read again, the same bytes each time it is made."""

from __future__ import annotations

import ctypes
import hashlib
import resource
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pypdfium2
import pytest
from flask import Flask

from adapters import certificates as paper
from adapters.certificates import MissingGlyph
from tests.fixtures.figures import Tell
from words.certificates import certificate_texts
from workflow.certificate import Certificate
from workflow.vocabulary import Language

RARE = "\ud842"  # the first half of 𠮷: PDFium counts in UTF-16
SAMPLE = Certificate(
    number="2026-0042",
    person_id=7,
    name="王𠮷",
    language=Language.ZH_HANS,
    organisation="蓝桥客户服务中心",
    award="月度项目奖",
    cycle="2026-10",
    tier="一等奖",
    metal="gold",
    title="两小时电话，帮走失老人找回回家的路",
    metric=None,
    score=None,
    team=None,
    at=datetime(2026, 11, 3, 6, tzinfo=UTC),
    code="1234-7Q2M-8ZC4-V0TX-K9RD",
)
LONG = "Maria-Magdalena Freifrau von und zu Hohenstaufen-Oberwiesenthal O'Neill-García y Ximénez"
WINNERS = [
    SAMPLE,
    replace(SAMPLE, name="O'Neill-García", language=Language.EN, award="Monthly Project Award"),
    replace(SAMPLE, name="歐陽靜儀", language=Language.ZH_HANT, tier="第一名", metal="silver"),
    replace(SAMPLE, name=LONG, language=Language.EN, award=f"{'Outstanding ' * 6}Contribution"),
    replace(SAMPLE, name="古丽努尔·阿卜杜热合曼·买买提", team="热线一组", tier=None, metal="plain"),
    replace(SAMPLE, title="", metric="volume", score=None, language=Language.ZH_HANT),
]


def made(app: Flask, certificate: Certificate) -> bytes:
    with app.app_context():
        texts = certificate_texts(certificate, "https://plaudit.example.org")
    return paper.certificate(texts, certificate.at)


def text_of(pdf: bytes) -> str:
    document: Any = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1, "a certificate is one page"
    text: str = document[0].get_textpage().get_text_bounded()
    document.close()
    return "".join(text.split())


@pytest.mark.parametrize("winner", WINNERS, ids=[each.name[:14] for each in WINNERS])
def test_name_award_and_code_stand_on_one_page_in_every_script(
    app: Flask, winner: Certificate
) -> None:
    pdf = made(app, winner)
    text = text_of(pdf)
    for part in (winner.name, winner.award, winner.code, winner.number, winner.title):
        assert "".join(part.split()) in text
    assert b"/ViewerPreferences" in pdf
    assert b"pdfuaid" in pdf, "it says that it is PDF/UA"
    assert made(app, winner) == pdf, "made again it is the same, byte for byte"


def test_a_name_with_a_rare_character_is_set_whole_in_one_face(app: Flask) -> None:
    document: Any = pypdfium2.PdfDocument(made(app, SAMPLE))
    page = document[0].get_textpage()
    faces: dict[str, bytes] = {}
    for index in range(page.count_chars()):
        one, name = (
            chr(pypdfium2.raw.FPDFText_GetUnicode(page, index)),
            ctypes.create_string_buffer(99),
        )
        pypdfium2.raw.FPDFText_GetFontInfo(page, index, name, 99, ctypes.c_int())
        faces.setdefault(one, name.value)
    document.close()
    assert faces["王"] == faces[RARE] != faces["奖"]


@pytest.mark.parametrize(
    ("name", "character"),
    [("王\U0002f00f", "\U0002f00f"), ("Zoë 😀", "😀"), ("𐎀bc", "𐎀")],
)
def test_a_missing_glyph_is_an_error_that_names_the_character(
    app: Flask, name: str, character: str
) -> None:
    with pytest.raises(MissingGlyph) as missing:
        made(app, replace(SAMPLE, name=name))
    assert missing.value.character == character
    assert f"U+{ord(character):04X}" in str(missing.value)


@pytest.mark.prove
def test_a_thousand_certificates_take_no_more_memory_than_a_hundred(app: Flask, tell: Tell) -> None:
    first: list[str] = []
    peaks = []
    began = time.perf_counter()
    for nth in range(1_000):
        winner = replace(WINNERS[nth % 5], number=f"2026-{nth:04}")
        first.append(hashlib.sha256(made(app, winner)).hexdigest())
        if nth in (99, 999):
            peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
    took = time.perf_counter() - began
    paper._compiler.cache_clear()  # as another process would begin
    for nth in range(1_000):
        winner = replace(WINNERS[nth % 5], number=f"2026-{nth:04}")
        assert hashlib.sha256(made(app, winner)).hexdigest() == first[nth]
    tell(f"1,000 certificates: {took:.1f} ms each; peak {peaks[0]} MB at 100, {peaks[1]} at 1,000")
    assert peaks[1] < peaks[0] * 1.15
