"""What somebody typed in the form that was sent: to keep, or to give back as it is."""

from __future__ import annotations

import re

from flask import request

from operations.unsent import Typed

FRAME = frozenset({"csrf_token", "version", "request_key"})  # of the form, not of its writer
A_WORD_OF_OURS = re.compile(
    r"[a-z_]+|\d{1,9}|[\w.=-]{60,}", re.ASCII
)  # a choice, a number, a token


def of_request() -> Typed:
    """Every field that its writer filled in; nothing at the door, where passwords are typed.

    Of files the names alone.
    """
    if request.blueprint == "auth":
        return Typed(request.path)
    sent = request.form.items(multi=True)
    fields = ((name, text) for name, text in sent if name not in FRAME and text)
    files = (file.filename for file in request.files.values() if file.filename)
    return Typed(request.path, tuple(fields), tuple(files))


def texts(typed: Typed) -> list[str]:
    """What can be read of it, to copy."""
    found = (text.strip() for _name, text in typed.fields)
    return [text for text in found if text and not A_WORD_OF_OURS.fullmatch(text)]
