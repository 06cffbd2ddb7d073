"""A colleague's picture: written anew by the same rules as evidence, square, of one size."""

from __future__ import annotations

import io

from PIL import Image, ImageOps

from adapters.evidence import File, RefusedFile, accept

SIDE = 512  # pixels
LEAST = 160  # pixels of the shorter side: what is shown large must not blur
UPPER_THIRD = (0.5, 0.33)  # where faces are: what is cut off an upright picture goes below
SIDES = (80, 176)  # as a list shows it, on a screen of two dots a pixel: of many, and of one
MEDIA_TYPE = "image/webp"


def portrait(name: str, data: bytes, megabytes: int) -> File:
    """The picture as it will be kept: WebP, without metadata. Raises RefusedFile."""
    file = accept(name, data, megabytes)
    if not file.media_type.startswith("image/"):
        raise RefusedFile("portrait_not_picture")
    with Image.open(io.BytesIO(file.data)) as picture:
        if min(picture.size) < LEAST:
            raise RefusedFile("portrait_too_small", least=LEAST)
        square = ImageOps.fit(picture, (SIDE, SIDE), Image.Resampling.LANCZOS, 0, UPPER_THIRD)
    written = io.BytesIO()
    _on_white(square).save(written, "WEBP", quality=86, method=6)
    return File("portrait.webp", MEDIA_TYPE, written.getvalue())


def smaller(data: bytes, side: int) -> bytes:
    """A kept picture, drawn so large."""
    written = io.BytesIO()
    with Image.open(io.BytesIO(data)) as picture:
        picture.resize((side, side), Image.Resampling.LANCZOS).save(written, "WEBP", quality=80)
    return written.getvalue()


def _on_white(picture: Image.Image) -> Image.Image:
    """What is seen through stands on white, by day and by night."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    white = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(white, picture.convert("RGBA")).convert("RGB")
