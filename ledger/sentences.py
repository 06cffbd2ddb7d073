"""What the offline verifier says: each fault with its place, what holds, what cannot be shown."""

from __future__ import annotations

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
    "told in entry %(seq)s: the ledger went on from an older copy of %(size)s entries; a "
    "checkpoint over %(known_size)s entries had been signed before and no longer fits"
)

LEDGER = "ledger: %(origin)s"
KEY = "key: %(key)s"
ENTRIES = "entries: %(entries)s, withheld: %(withheld)s"
SIGNED = "signed: %(size)s entries, root %(root)s (%(file)s)"
COUNTED = "faults: %(faults)s"
MORE = "and %(faults)s more."
ENTRY = "entry: %(seq)s of %(size)s, %(kind)s, %(at)s"
CLOSED_ENTRY = "entry: %(seq)s of %(size)s, its words closed"
FINGERPRINT = "fingerprint: %(hash)s"
PROVES, PROVES_NOT = "This proves:", "This does not prove:"
POINT = "  - %(point)s."
EXPORT_FALSE = "This file does not hold. Keep it, and the files that it was held against."
RECEIPT_FALSE = "%(file)s is no sound receipt: %(detail)s."
CONSISTENT = "The first %(older)s of %(newer)s entries are the same in both checkpoints."
INCONSISTENT = "This does not hold: %(detail)s."
SIGNATURES_UNREAD = "Whose signatures they bear was not looked at: hand in the key with --key."
UNREADABLE = "This cannot be read: %(detail)s"

HELP = {
    "program": "Check exports, receipts and checkpoints, with nothing of the product running.",
    "verify": "check an export, or a receipt",
    "consistent": "check that one checkpoint is the beginning of another",
    "file": "the export or the receipt",
    "checkpoint": "checkpoints that you or others have kept, to hold the export against",
    "receipt": "receipts that you or others have kept, to hold the export against",
    "key": "the ledger's public key, or its file",
    "language": "the language of the answer; that of your computer where none is named",
}

# What `canonical`, `entry`, `note`, `checkpoint`, `proof`, `receipt` and `export` say is wrong.
DETAILS = (
    "the version 'v' must be an integer from 1",
    "not UTF-8 JSON: %(detail)s",
    "not a JSON object",
    "not in canonical form",
    "nested deeper than %(most)s",
    "%(kind)s has no canonical form",
    "a key must be text",
    "an integer must lie within ±%(most)s",
    "text must not hold NUL",
    "text must not hold lone surrogates",
    "text must be in Unicode form NFC",
    "an instant needs a time zone",
    "seq counts from 1",
    "at must be a UTC instant with microseconds and Z",
    "kind must be a word in lower case",
    "not an entry of version %(version)s",
    "seq must be an integer",
    "at and kind must be text, body an object",
    "the key does not fit its own id: it was altered or cut off",
    "the signature in the name of %(name)s is false",
    "nobody whose key is known has signed this",
    "not Base64",
    "not Base64 as it is written",
    "a note ends with a line break and has no control characters",
    "a note's signatures stand after an empty line",
    "a note has at most %(most)s signatures",
    "a signature line has a name and a signature",
    "a key is written as name+id+key, for Ed25519",
    "a key has %(size)s bytes",
    "a key's name has no spaces and no plus sign",
    "it speaks for %(origin)s, which has not signed it",
    "a checkpoint has its origin, its size and its root, a line each",
    "a checkpoint's size is a whole number without leading zeros",
    "a root has %(size)s bytes",
    "the checkpoints speak for two ledgers",
    "no leaf %(index)s in a tree of %(size)s",
    "the proof is too long",
    "the proof is too short",
    "the proof leads to another root",
    "a tree of %(older)s is no prefix of a tree of %(newer)s",
    "the root of an empty tree is another",
    "one size, two roots",
    "a hash has %(size)s bytes",
    "this is no receipt of a ledger",
    "it counts %(counted)s entries, its checkpoint %(signed)s",
    "its entry is number %(number)s, its place %(place)s",
    "its words are not those that the proof is for",
    "line %(line)s: %(detail)s",
    "an export of version %(version)s, which is not known here",
    "this is no export of a ledger",
    "its size or its root is none",
    "it does not say whose ledger it is",
    "its key is none: %(detail)s",
    "no entry, or one that is cut off",
    "no hash in its second column",
    "longer than any entry",
    "%(file)s is longer than any checkpoint or receipt",
)
