"""The sentence for every fault that the verification of the ledger can find."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from ledger.examination import Fault

FAULTS: dict[str, LazyString] = {
    # ledger.examination
    "entry_altered": _l(
        "Entry %(seq)s was altered: its bytes hash to %(actual)s, but %(stored)s is stored."
    ),
    "entry_unreadable": _l("Entry %(seq)s cannot be read: %(detail)s."),
    "entry_misplaced": _l(
        "Entry %(seq)s stands in the wrong place: its bytes say that it is entry %(inside)s."
    ),
    "entries_missing": _l("Entries %(first)s to %(last)s are missing."),
    "entry_repeated": _l("Entry %(seq)s stands there twice."),
    "entry_out_of_order": _l("Entry %(seq)s comes after entry %(after)s."),
    "time_runs_backwards": _l(
        "Entry %(seq)s is of %(at)s, but entry %(after)s before it is of %(before)s."
    ),
    "head_size_differs": _l(
        "The head claims %(claimed)s entries, but %(counted)s are there: look from entry %(seq)s."
    ),
    "head_root_differs": _l(
        "The head's root is %(claimed)s, but the entries up to %(seq)s have the root %(actual)s."
    ),
    "rewritten": _l(
        "History was rewritten: entries %(seq)s to %(last)s are not all those that a checkpoint "
        "signed. It has the root %(claimed)s, they have %(actual)s."
    ),
    "shorter_than_known": _l(
        "A checkpoint counts %(known)s entries: those from %(seq)s on are gone, or an older copy "
        "was put in the ledger's place."
    ),
    # ledger.verification
    "export_broken": _l("The export cannot be read on after %(seq)s entries: %(detail)s."),
    "checkpoint_false": _l("%(file)s is no checkpoint of this ledger: %(detail)s."),
    "checkpoint_of_another": _l("%(file)s speaks for another ledger: %(origin)s."),
    "signed_twice": _l(
        "Two histories of %(seq)s entries were signed, and one of them is false: %(files)s."
    ),
    "receipt_false": _l("%(file)s is no sound receipt: %(detail)s."),
    "receipt_differs": _l("Entry %(seq)s is not the one that the receipt %(file)s was given for."),
    "receipt_without_entry": _l("Entry %(seq)s is not there, but %(file)s is a receipt for it."),
    # operations.comparison
    "entry_column_differs": _l(
        "Entry %(seq)s: the column %(column)s has %(stored)s, but its bytes say %(inside)s."
    ),
    "entry_without_row": _l(
        "Entry %(seq)s (%(kind)s): the row that it stands for is gone from %(table)s."
    ),
    "kind_unknown": _l("Entry %(seq)s is of a kind that is not known: %(kind)s."),
    "row_without_entry": _l(
        "%(table)s, row %(id)s: it belongs to entry %(seq)s, which is not in the ledger."
    ),
    "row_of_another_kind": _l(
        "%(table)s, row %(id)s: it claims entry %(seq)s, which is of the kind %(kind)s."
    ),
    "row_leads_nowhere": _l(
        "%(table)s, row %(id)s, entry %(seq)s: its %(column)s names a row that is not there."
    ),
    "row_differs": _l(
        "%(table)s, row %(id)s, entry %(seq)s: the row says %(field)s is %(row)s, the entry says "
        "%(entry)s."
    ),
    "row_unreadable": _l("%(table)s, row %(id)s, entry %(seq)s: it cannot be read: %(detail)s"),
    # operations.verification
    "wording_altered": _l(
        "wording, row %(id)s, entry %(seq)s: the text is not the one that the ledger commits to."
    ),
    "wording_gone": _l(
        "wording, row %(id)s, entry %(seq)s: the text is gone without having been erased."
    ),
    "wording_not_erased": _l(
        "wording, row %(id)s, entry %(seq)s: the text is marked as erased but still there."
    ),
    "beyond_the_head": _l(
        "%(table)s: entry %(seq)s lies outside the %(size)s entries that the head counts."
    ),
    "head_time_differs": _l("The ledger's head has another time than its last entry."),
    "checkpoint_row_differs": _l(
        "checkpoint, row %(id)s, of %(seq)s entries: the row is not what its signed note says."
    ),
    "frontier_differs": _l(
        "The head's tree does not fit its own root and size of %(seq)s entries."
    ),
}


def fault(found: Fault) -> str:
    """What is wrong and where, in one line."""
    return str(FAULTS[found.code]) % found.values
