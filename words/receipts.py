"""What an entry is about, said to whoever holds a receipt for it, and what a check came to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from words import register

OWN: dict[str, LazyString] = {
    "submission": _l("The nomination as you submitted it"),
    "objection": _l("Your objection"),
    "feedback": _l("Your feedback"),
}
FALSE: dict[str, LazyString] = {
    "not_a_receipt": _l("This file is no receipt. Choose the file as you downloaded it."),
    "entry_unreadable": _l("The words on it are no entry of a ledger: they were changed."),
    "entry_misplaced": _l("The words on it belong to another place than it says."),
    "entry_altered": _l("The words on it were changed: they have another fingerprint."),
    "checkpoint_false": _l(
        "The checkpoint on it was not signed by this ledger, or was changed afterwards."
    ),
    "size_differs": _l("It and its checkpoint count differently: one of them was changed."),
    "proof_false": _l("Its proof does not lead to the checkpoint: something on it was changed."),
}


def subject(kind: str, body: Mapping[str, Any]) -> str:
    """What the entry tells, in one line."""
    if kind in OWN:
        return str(OWN[kind])
    return register.act(kind, body) or kind
