"""Portraits of the demo: nobody's picture, cut from plain shapes as one cuts paper."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from flask import current_app
from PIL import Image, ImageDraw

from adapters.evidence_store import portraits_of
from demo.calendar import Calendar
from operations import portraits

Instants = Iterator[datetime]
Cut = Callable[[ImageDraw.ImageDraw, str], None]

SIDE = 1024  # pixels; drawn larger than shown, so that every edge is smooth
FRAME = (102, 92, 922, 912)
PUT_UP = 12  # days ago
INK, BROWN = "#262220", "#4a342a"
LIGHT, WARM, DEEP = "#f0d3b8", "#e3b58f", "#8d5a3c"
JADE, VERMILION, NIGHT, SAND = "#2b6450", "#a8321f", "#3c4450", "#b08a4e"


def lives(calendar: Calendar, ids: dict[str, int]) -> list[Instants]:
    return [_put_up(calendar, ids)]


def _put_up(calendar: Calendar, ids: dict[str, int]) -> Instants:
    """Some show a picture of themselves, and one of these not to the wall display."""
    yield calendar.now - timedelta(days=PUT_UP)
    settings = current_app.config["SETTINGS"]
    for number, (hair, tone, skin, ground, coat) in SITTERS.items():
        portraits.put_up(
            portraits_of(settings),
            person_id=ids[number],
            name=f"{number}.png",
            data=drawn(hair, tone, skin, ground, coat),
            megabytes=settings.max_file_mb,
            on_wall=number != SHY,
        )


def drawn(hair: Cut, tone: str, skin: str, ground: str, coat: str) -> bytes:
    """A head and shoulders before a plain ground, as PNG."""
    picture = Image.new("RGB", (SIDE, SIDE), ground)
    draw = ImageDraw.Draw(picture)
    if hair in BEHIND:
        BEHIND[hair](draw, tone)
    draw.rounded_rectangle((432, 560, 592, 800), 70, fill=_darker(skin))
    draw.rounded_rectangle((172, 752, 852, 1300), 210, fill=coat)
    draw.polygon([(432, 748), (592, 748), (512, 880)], fill=skin)
    draw.polygon([(400, 742), (512, 884), (436, 960), (348, 760)], fill=_darker(coat))
    draw.polygon([(624, 742), (512, 884), (588, 960), (676, 760)], fill=_darker(coat))
    draw.ellipse((350, 268, 674, 684), fill=skin)
    hair(draw, tone)
    written = io.BytesIO()
    picture.crop(FRAME).save(written, "PNG", compress_level=1)
    return written.getvalue()


def _darker(colour: str) -> str:
    return "#" + "".join(f"{int(colour[at : at + 2], 16) * 86 // 100:02x}" for at in (1, 3, 5))


def _short(draw: ImageDraw.ImageDraw, tone: str) -> None:
    draw.chord((338, 212, 686, 700), 202, 338, fill=tone)
    draw.polygon([(344, 430), (352, 350), (470, 300), (600, 340), (420, 372)], fill=tone)
    draw.polygon([(680, 430), (672, 350), (560, 320), (640, 372)], fill=tone)


def _parted(draw: ImageDraw.ImageDraw, tone: str) -> None:
    draw.chord((334, 212, 690, 700), 218, 322, fill=tone)
    draw.polygon(
        [(340, 520), (330, 340), (430, 250), (520, 270), (480, 350), (386, 420)], fill=tone
    )
    draw.polygon(
        [(684, 520), (694, 340), (594, 250), (470, 270), (560, 350), (638, 420)], fill=tone
    )


def _fringe(draw: ImageDraw.ImageDraw, tone: str) -> None:
    draw.chord((332, 212, 692, 620), 184, 356, fill=tone)


def _swept(draw: ImageDraw.ImageDraw, tone: str) -> None:
    draw.chord((330, 212, 694, 720), 196, 318, fill=tone)
    draw.chord((420, 220, 694, 640), 250, 10, fill=tone)


def _close(draw: ImageDraw.ImageDraw, tone: str) -> None:
    draw.chord((340, 236, 684, 640), 196, 344, fill=tone)


def _falling(draw: ImageDraw.ImageDraw, tone: str) -> None:
    draw.rounded_rectangle((296, 214, 728, 860), 200, fill=tone)


def _bobbed(draw: ImageDraw.ImageDraw, tone: str) -> None:
    draw.rounded_rectangle((300, 214, 724, 660), 190, fill=tone)


def _bun(draw: ImageDraw.ImageDraw, tone: str) -> None:
    draw.ellipse((420, 110, 604, 300), fill=tone)
    draw.ellipse((326, 208, 698, 600), fill=tone)


BEHIND: dict[Cut, Cut] = {_parted: _falling, _fringe: _bobbed, _swept: _bun}

# hair, its colour, skin, ground, coat
SITTERS: dict[str, tuple[Cut, str, str, str, str]] = {
    "E1020": (_fringe, INK, LIGHT, "#e9ddc9", JADE),
    "E1033": (_parted, INK, LIGHT, "#dfe5dc", VERMILION),
    "E1017": (_swept, INK, LIGHT, "#ecdcd2", NIGHT),
    "E1041": (_parted, BROWN, LIGHT, "#e6e0d4", SAND),
    "E1026": (_short, INK, WARM, "#dde2e1", NIGHT),
    "E1018": (_short, INK, LIGHT, "#e9ddc9", JADE),
    "E1049": (_swept, INK, DEEP, "#ecdfc6", VERMILION),
    "E1051": (_close, INK, DEEP, "#dfe5dc", SAND),
    "E1058": (_fringe, BROWN, LIGHT, "#e8dcd6", NIGHT),
    "E1046": (_swept, BROWN, LIGHT, "#dfe5dc", JADE),
}
SHY = "E1041"
