"""Why a checkpoint did not reach its witness, in the reader's language."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

WHY: dict[str, LazyString] = {
    "no mail server configured": _l("no mail server is set up"),
    "server unreachable": _l("the other side cannot be reached"),
    "no answer in time": _l("the other side did not answer in time"),
    "certificate refused": _l("the certificate of the other side is not valid"),
    "leads elsewhere": _l("the address leads elsewhere: name the address that it leads to"),
    "refused": _l("the other side refused it"),
    "recipient refused": _l("there is no such mailbox"),
    "sign-in refused": _l("the mail server refused our account"),
    "not supported by the server": _l("the mail server cannot take it"),
    "leads into our own network": _l(
        "the address leads into our own network, which whoever runs Plaudit would have to allow"
    ),
    "not a safe address": _l("the address is not safe to send to"),
    "no folder with a file plaudit-witness in it": _l(
        "the folder is gone, or its owner has taken the file plaudit-witness away"
    ),
    "folder cannot be written to": _l("the folder cannot be written to"),
    "another checkpoint lies there": _l(
        "another checkpoint of the same size lies there already: ask its owner to compare them"
    ),
    "its address was erased": _l("its address was erased"),
    "could not be sent": _l("it could not be sent"),
}


def why(reason: str | None) -> str:
    """The reason as an adapter gave it, with its code, if any, behind it."""
    if not reason:
        return ""
    known, bracket, code = reason.partition(" (")
    said = str(WHY.get(known, WHY["could not be sent"]))
    return _("%(reason)s (%(code)s)", reason=said, code=code.rstrip(")")) if bracket else said
