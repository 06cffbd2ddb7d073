"""What the offline verifier says: each fault with its place, what holds, what cannot be shown."""

from __future__ import annotations

from ledger.examination import Fault

FAULTS: dict[str, str] = {
    # ledger.examination
    "entry_altered": (
        "Entry %(seq)s was altered: its bytes hash to %(actual)s, but %(stored)s is stored."
    ),
    "entry_unreadable": "Entry %(seq)s cannot be read: %(detail)s.",
    "entry_misplaced": (
        "Entry %(seq)s stands in the wrong place: its bytes say that it is entry %(inside)s."
    ),
    "entries_missing": "Entries %(first)s to %(last)s are missing.",
    "entry_repeated": "Entry %(seq)s stands there twice.",
    "entry_out_of_order": "Entry %(seq)s comes after entry %(after)s.",
    "time_runs_backwards": (
        "Entry %(seq)s is of %(at)s, but entry %(after)s before it is of %(before)s."
    ),
    "head_size_differs": (
        "The head claims %(claimed)s entries, but %(counted)s are there: look from entry %(seq)s."
    ),
    "head_root_differs": (
        "The head's root is %(claimed)s, but the entries up to %(seq)s have the root %(actual)s."
    ),
    "rewritten": (
        "History was rewritten: entries %(seq)s to %(last)s are not all those that a checkpoint "
        "signed. It has the root %(claimed)s, they have %(actual)s."
    ),
    "shorter_than_known": (
        "A checkpoint counts %(known)s entries: those from %(seq)s on are gone, or an older copy "
        "was put in the ledger's place."
    ),
    # ledger.verification
    "export_broken": "The export cannot be read on after %(seq)s entries: %(detail)s.",
    "checkpoint_false": "%(file)s is no checkpoint of this ledger: %(detail)s.",
    "checkpoint_of_another": "%(file)s speaks for another ledger: %(origin)s.",
    "signed_twice": (
        "Two histories of %(seq)s entries were signed, and one of them is false: %(files)s."
    ),
    "receipt_false": "%(file)s is no sound receipt: %(detail)s.",
    "receipt_differs": "Entry %(seq)s is not the one that the receipt %(file)s was given for.",
    "receipt_without_entry": "Entry %(seq)s is not there, but %(file)s is a receipt for it.",
}

EXPORT_PROVES = (
    (
        "the entries in this file are in one unbroken order, and none was changed, left out or put "
        "in between since each checkpoint above was signed"
    ),
    "each checkpoint above is the beginning of this same history, and was signed by the key named",
)
RECEIPT_PROVES = (
    "the entry printed above stood in the ledger, word for word, when its checkpoint was signed",
)
CLOSED_PROVES = (
    (
        "one entry with the fingerprint above stood at its place when its checkpoint was signed: "
        "whoever shows its words later must show these, to the letter"
    ),
)
UNPROVEN = (
    (
        "that what an entry says is true: a false entry, written in the normal way, is kept as "
        "faithfully as a true one"
    ),
    "that nothing was rewritten after the last checkpoint or receipt that somebody outside holds",
)
KEY_UNPROVEN = (
    "that the key is the right one: it was taken from the file itself. Compare it with the key "
    "that you know from elsewhere, and hand that one in with --key"
)
NO_CHECKPOINT_UNPROVEN = (
    "that this is the history that others were shown: no checkpoint was handed in. Hand in those "
    "that you or a witness have kept, with --checkpoint"
)
WITHHELD_UNPROVEN = (
    "what the %(withheld)s entries say whose words this file withholds: it proves that they have "
    "not changed, and a receipt shows what one says"
)
EPOCH = (
    "told in entry %d: the ledger went on from an older copy of %d entries; a checkpoint over %d "
    "entries had been signed before and no longer fits"
)


def fault(found: Fault) -> str:
    """What is wrong and where, in one line."""
    return FAULTS[found.code] % found.values
