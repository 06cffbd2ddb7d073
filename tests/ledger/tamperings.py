"""Every way we know to tamper with an exported ledger, and where each must be found.

`docs/proof.md` promises the same table to its readers; `test_tamperings.py` holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ledger.examination import Head, StoredEntry
from ledger.merkle import leaf_hash, node_hash, root
from ledger.note import encoded
from ledger.receipt import Receipt
from tests.ledger.paper import (
    FORGER,
    OTHERS,
    OURS,
    Paper,
    entry,
    given,
    leaves,
    rows,
    signed,
)

Faults = set[tuple[int, str]]
Act = Callable[[Paper], None]

FOUND: dict[str, tuple[Act, Faults]] = {}
UNFOUND: dict[str, Act] = {}

REWRITTEN_FIRST: Faults = {(1, "rewritten")}
REWRITTEN_SECOND: Faults = {(9, "rewritten")}
REWRITTEN_THIRD: Faults = {(17, "rewritten")}


def found(name: str, *faults: tuple[int, str]) -> Callable[[Act], Act]:
    """A tampering that shows as exactly these faults."""

    def keep(act: Act) -> Act:
        FOUND[name] = act, set(faults)
        return act

    return keep


def unfound(name: str) -> Callable[[Act], Act]:
    """One that no check of the ledger can show."""

    def keep(act: Act) -> Act:
        UNFOUND[name] = act
        return act

    return keep


# What an entry says.


@found("a byte of an entry changed", (5, "entry_altered"))
def _(paper: Paper) -> None:
    paper.alter(5, entry(5).data.replace(b"P-5", b"P-6"))  # type: ignore[union-attr]


@found("an entry emptied of its words, its hash kept and another's put in", (5, "entry_altered"))
def _(paper: Paper) -> None:
    paper.alter(5, entry(5, minute=4).data or b"")


@found("the stored hash of an entry changed", (5, "entry_altered"))
def _(paper: Paper) -> None:
    paper.rows[4] = replace(paper.rows[4], leaf_hash=bytes(32))


@found("the stored hash of an entry cut short", (5, "entry_altered"))
def _(paper: Paper) -> None:
    paper.rows[4] = replace(paper.rows[4], leaf_hash=paper.rows[4].leaf_hash[:31])


@found("an entry and its hash changed", (1, "rewritten"), (26, "head_root_differs"))
def _(paper: Paper) -> None:
    paper.rows[4] = entry(5, case="forged")


@found("an entry changed and everything hashed anew", *REWRITTEN_FIRST)
def _(paper: Paper) -> None:
    paper.rewrite(5)


@found("a later entry changed and everything hashed anew", *REWRITTEN_SECOND)
def _(paper: Paper) -> None:
    paper.rewrite(14)


@found("the last entry before a checkpoint changed, everything hashed anew", *REWRITTEN_THIRD)
def _(paper: Paper) -> None:
    paper.rewrite(24)


@found(
    "an entry with a receipt changed and everything hashed anew",
    (12, "receipt_differs"),
    *REWRITTEN_SECOND,
)
def _(paper: Paper) -> None:
    paper.rewrite(12)


@found("two entries changed and everything hashed anew", *REWRITTEN_FIRST)
def _(paper: Paper) -> None:
    paper.rewrite(2)
    paper.rewrite(22)


@found("an entry moved to another case, everything hashed anew", *REWRITTEN_FIRST)
def _(paper: Paper) -> None:
    paper.rewrite(7, case="P-6")


@found(
    "an entry dated back before the one before it, everything hashed anew",
    (5, "time_runs_backwards"),
    *REWRITTEN_FIRST,
)
def _(paper: Paper) -> None:
    paper.rows[4], paper.head = entry(5, minute=2), None


@found(
    "an entry dated ahead of the one after it, everything hashed anew",
    (6, "time_runs_backwards"),
    *REWRITTEN_FIRST,
)
def _(paper: Paper) -> None:
    paper.rows[4], paper.head = entry(5, minute=7), None


@found(
    "the same words in another notation, everything hashed anew",
    (5, "entry_unreadable"),
    *REWRITTEN_FIRST,
)
def _(paper: Paper) -> None:
    _put(paper, 5, (entry(5).data or b"").replace(b'":', b'": '))


@found(
    "a field put in twice, so that two readers see two things, everything hashed anew",
    (5, "entry_unreadable"),
    *REWRITTEN_FIRST,
)
def _(paper: Paper) -> None:
    twice = (entry(5).data or b"").replace(b'"case":"P-5"', b'"case":"P-5","case":"P-6"')
    _put(paper, 5, twice)


@found(
    "an entry in a form of another version, everything hashed anew",
    (5, "entry_unreadable"),
    *REWRITTEN_FIRST,
)
def _(paper: Paper) -> None:
    _put(paper, 5, (entry(5).data or b"").replace(b'"v":1', b'"v":2'))


@found(
    "letters of an entry changed for others that look alike, everything hashed anew",
    *REWRITTEN_FIRST,
)
def _(paper: Paper) -> None:
    paper.rewrite(5, case="Р-5")  # a Cyrillic letter: that is the tampering


@found("no entry put in an entry's place", (5, "entry_altered"), (5, "entry_unreadable"))
def _(paper: Paper) -> None:
    paper.alter(5, b"{}")


@found("an entry's words withheld and its hash replaced, head fitted", *REWRITTEN_FIRST)
def _(paper: Paper) -> None:
    paper.rows[4], paper.head = StoredEntry(5, None, bytes(32)), None


# Which entries there are, and in what order.


@found("an entry deleted", (5, "entries_missing"))
def _(paper: Paper) -> None:
    del paper.rows[4]


@found("several entries deleted", (5, "entries_missing"))
def _(paper: Paper) -> None:
    del paper.rows[4:10]


@found("the first entry deleted", (1, "entries_missing"))
def _(paper: Paper) -> None:
    del paper.rows[0]


@found("an entry with a receipt deleted", (3, "entries_missing"), (3, "receipt_without_entry"))
def _(paper: Paper) -> None:
    del paper.rows[2]


@found("an entry deleted, the later ones renumbered, everything hashed anew", *REWRITTEN_SECOND)
def _(paper: Paper) -> None:
    del paper.rows[13]
    del paper.receipts["given-20"]
    paper.renumber()


@found("the last entries cut off", (26, "head_size_differs"))
def _(paper: Paper) -> None:
    del paper.rows[25:]


@found(
    "the last entries cut off and the head fitted",
    (24, "shorter_than_known"),
)
def _(paper: Paper) -> None:
    del paper.rows[23:]
    paper.head = None


@found(
    "an old copy put back",
    (18, "shorter_than_known"),
    (20, "receipt_without_entry"),
)
def _(paper: Paper) -> None:
    paper.rows, paper.head = rows(17), None


@found("an old copy put back and other entries written on it", *REWRITTEN_THIRD)
def _(paper: Paper) -> None:
    del paper.receipts["given-20"]
    for seq in range(18, 27):
        paper.rewrite(seq)


@found("everything deleted", (1, "shorter_than_known"))
def _(paper: Paper) -> None:
    paper.receipts.clear()
    paper.rows, paper.head = [], None


@found("an entry put in with a number that is taken", (5, "entry_repeated"))
def _(paper: Paper) -> None:
    paper.rows.insert(5, entry(5, minute=5))


@found("an entry put in, the later ones renumbered, everything hashed anew", *REWRITTEN_SECOND)
def _(paper: Paper) -> None:
    del paper.receipts["given-12"], paper.receipts["given-20"]
    paper.rows.insert(10, entry(11, case="forged", minute=10))
    paper.renumber()


@found(
    "an old entry written again behind the last",
    (4, "entry_out_of_order"),
    (4, "time_runs_backwards"),
)
def _(paper: Paper) -> None:
    paper.rows.append(entry(4))


@found(
    "an old entry written again under a new number, everything hashed anew",
    (22, "time_runs_backwards"),
    *REWRITTEN_THIRD,
)
def _(paper: Paper) -> None:
    paper.rows.insert(21, entry(4))
    paper.renumber()


@found(
    "two lines exchanged",
    (5, "entries_missing"),
    (5, "entry_out_of_order"),
    (5, "time_runs_backwards"),
)
def _(paper: Paper) -> None:
    paper.rows[4], paper.rows[5] = paper.rows[5], paper.rows[4]


@found(
    "two entries exchanged under their numbers",
    (5, "entry_misplaced"),
    (9, "entry_misplaced"),
    *REWRITTEN_FIRST,
    (26, "head_root_differs"),
)
def _(paper: Paper) -> None:
    one, other = paper.rows[4], paper.rows[8]
    paper.rows[4], paper.rows[8] = replace(other, seq=5), replace(one, seq=9)


@found(
    "two entries exchanged with their times, everything hashed anew",
    (6, "time_runs_backwards"),
    *REWRITTEN_FIRST,
)
def _(paper: Paper) -> None:
    paper.rows[4], paper.rows[5] = paper.rows[5], paper.rows[4]
    paper.renumber()


@found("a false entry put behind the last", (27, "head_size_differs"))
def _(paper: Paper) -> None:
    paper.rows.append(entry(27))


@found("a whole tree passed off as one entry", (2, "shorter_than_known"))
def _(paper: Paper) -> None:
    paper.receipts.clear()
    all_of_it = root(leaves(paper.rows))
    paper.rows = [StoredEntry(1, None, all_of_it)]
    paper.head = Head(1, all_of_it)


@found("two neighbours passed off as one entry of their hashes", (1, "rewritten"))
def _(paper: Paper) -> None:
    # Where leaves and nodes are hashed alike, the tree over 26 entries is also one over 25.
    one, other = paper.rows[0].leaf_hash, paper.rows[1].leaf_hash
    paper.rows[0], paper.head = StoredEntry(1, None, node_hash(one, other)), None


# What was signed.


@found("a signature invented", (0, "checkpoint_false"))
def _(paper: Paper) -> None:
    note = paper.checkpoints["signed-16"]
    text = note.partition("\n\n")[0]
    forged = encoded(OURS.verifier.key_id + bytes(64))
    paper.checkpoints["signed-16"] = f"{text}\n\n— {OURS.name} {forged}\n"


@found("a checkpoint signed in the ledger's name with another key", (0, "checkpoint_false"))
def _(paper: Paper) -> None:
    paper.checkpoints["signed-16"] = signed(paper.rows[:16], FORGER)


@found("the size in a checkpoint changed", (0, "checkpoint_false"))
def _(paper: Paper) -> None:
    _edit(paper, "\n16\n", "\n15\n")


@found("the root in a checkpoint changed", (0, "checkpoint_false"))
def _(paper: Paper) -> None:
    _edit(paper, encoded(root(leaves(paper.rows[:16]))), encoded(bytes(32)))


@found("the name in a checkpoint changed", (0, "checkpoint_false"))
def _(paper: Paper) -> None:
    _edit(paper, f"{OURS.name}\n16", "another.example.org\n16")


@found("a line put into a checkpoint", (0, "checkpoint_false"))
def _(paper: Paper) -> None:
    _edit(paper, "\n\n", "\nall is well\n\n")


@found("the signature taken off a checkpoint", (0, "checkpoint_false"))
def _(paper: Paper) -> None:
    paper.checkpoints["signed-16"] = paper.checkpoints["signed-16"].partition("—")[0]


@found("an older checkpoint's signature put under a newer one", (0, "checkpoint_false"))
def _(paper: Paper) -> None:
    older = paper.checkpoints["signed-8"].rpartition("\n\n")[2]
    text = paper.checkpoints["signed-16"].rpartition("\n\n")[0]
    paper.checkpoints["signed-16"] = f"{text}\n\n{older}"


@found("another ledger's checkpoint handed in", (0, "checkpoint_of_another"))
def _(paper: Paper) -> None:
    paper.keys.append(OTHERS.verifier)
    paper.checkpoints["signed-16"] = signed(paper.rows[:16], OTHERS, OTHERS.name)


@found("a checkpoint in the ledger's name signed by another ledger", (0, "checkpoint_false"))
def _(paper: Paper) -> None:
    paper.keys.append(OTHERS.verifier)
    paper.checkpoints["signed-16"] = signed(paper.rows[:16], OTHERS)


@found(
    "two histories of one size signed with the right key", (16, "signed_twice"), (9, "rewritten")
)
def _(paper: Paper) -> None:
    paper.checkpoints["theirs"] = signed([*rows(15), entry(16, case="forged")])


@found("one history shown to us, another one signed for a witness", *REWRITTEN_SECOND)
def _(paper: Paper) -> None:
    paper.checkpoints["theirs"] = signed([*rows(12), entry(13, case="forged")])


@found("a checkpoint signed over more entries than there are", (27, "shorter_than_known"))
def _(paper: Paper) -> None:
    paper.checkpoints["theirs"] = signed(rows(30))


@found("the key replaced and everything signed anew, old checkpoints kept", (0, "checkpoint_false"))
def _(paper: Paper) -> None:
    paper.keys, paper.key = [], str(FORGER.verifier)  # whoever checks knows no key but the file's
    paper.receipts.clear()
    paper.rewrite(5)
    paper.checkpoints["new"] = signed(paper.rows[:24], FORGER)


# Receipts.


@found("the words on a receipt changed", (0, "receipt_false"))
def _(paper: Paper) -> None:
    _reprint(paper, entry=entry(12, case="P-13").data)


@found("the words on a receipt changed for another entry's", (0, "receipt_false"))
def _(paper: Paper) -> None:
    _reprint(paper, entry=entry(13).data)


@found("the words on a receipt changed, and its hash", (0, "receipt_false"))
def _(paper: Paper) -> None:
    forged = entry(12, case="P-13")
    _reprint(paper, entry=forged.data, leaf_hash=forged.leaf_hash)


@found("the place on a receipt changed", (0, "receipt_false"))
def _(paper: Paper) -> None:
    _reprint(paper, index=12)


@found("the size on a receipt changed", (0, "receipt_false"))
def _(paper: Paper) -> None:
    _reprint(paper, size=25)


@found("a step of a receipt's proof changed", (0, "receipt_false"))
def _(paper: Paper) -> None:
    proof = _receipt(paper).proof
    _reprint(paper, proof=[bytes(32), *proof[1:]])


@found("a step of a receipt's proof taken away", (0, "receipt_false"))
def _(paper: Paper) -> None:
    _reprint(paper, proof=_receipt(paper).proof[:-1])


@found("a step put into a receipt's proof", (0, "receipt_false"))
def _(paper: Paper) -> None:
    _reprint(paper, proof=[*_receipt(paper).proof, bytes(32)])


@found("a receipt put under an older checkpoint", (0, "receipt_false"))
def _(paper: Paper) -> None:
    _reprint(paper, checkpoint=paper.checkpoints["signed-16"])


@found("a receipt made up for an entry that never was", (0, "receipt_false"))
def _(paper: Paper) -> None:
    forged = [*rows(11), entry(12, case="forged"), *rows()[12:24]]
    paper.receipts["given-12"] = given(12, forged, FORGER).text()


@found(
    "a receipt for one entry, another entry shown in the export",
    (12, "receipt_differs"),
    (17, "rewritten"),
    (24, "signed_twice"),
)
def _(paper: Paper) -> None:
    theirs = [*rows(11), entry(12, case="forged"), *rows()[12:24]]
    paper.receipts["given-12"] = given(12, theirs).text()


# The file.


@found("the size at the head of the export changed", (26, "head_size_differs"))
def _(paper: Paper) -> None:
    paper.head = Head(25, root(leaves(paper.rows)))


@found("the root at the head of the export changed", (26, "head_root_differs"))
def _(paper: Paper) -> None:
    paper.head = Head(26, bytes(32))


@found("the export cut off within a line", (23, "export_broken"))
def _(paper: Paper) -> None:
    paper.mangle = lambda data: b"\n".join(data.split(b"\n")[:24]) + b"\n24\tab"


@found(
    "the export cut off between two lines", (24, "head_size_differs"), (24, "shorter_than_known")
)
def _(paper: Paper) -> None:
    paper.mangle = lambda data: b"\n".join(data.split(b"\n")[:24]) + b"\n"


@found("the export's head taken away", (0, "export_broken"))
def _(paper: Paper) -> None:
    paper.mangle = lambda data: data.partition(b"\n")[2]


@found("something else put into the export", (5, "export_broken"))
def _(paper: Paper) -> None:
    paper.mangle = lambda data: data.replace(b"\n6\t", b"\nsix\t")


# What cannot be found.


@unfound("a false entry written in the normal way")
def _(paper: Paper) -> None:
    paper.rows.append(entry(27, case="never happened"))
    paper.head = None
    paper.checkpoints["signed-27"] = signed(paper.rows)


@unfound("an act that was never entered")
def _(paper: Paper) -> None:
    """It leaves no trace: the paper of a ledger without it is that of a sound one."""


@unfound("a rewrite after the last checkpoint that nobody holds a receipt for")
def _(paper: Paper) -> None:
    paper.rewrite(26)


@unfound("the last entries cut off after the last checkpoint")
def _(paper: Paper) -> None:
    del paper.rows[24:]
    paper.head = None


@unfound("everything rewritten, and nobody outside holds a checkpoint or a receipt")
def _(paper: Paper) -> None:
    paper.checkpoints.clear()
    paper.receipts.clear()
    paper.rewrite(5)


@unfound("everything rewritten under another key, and whoever checks knows no other key")
def _(paper: Paper) -> None:
    paper.keys, paper.key = [], str(FORGER.verifier)
    paper.receipts.clear()
    paper.rewrite(5)
    paper.checkpoints = {"new": signed(paper.rows[:24], FORGER)}


@unfound("two histories signed for two people who never compare")
def _(paper: Paper) -> None:
    theirs = Paper()
    theirs.receipts.clear()
    theirs.rewrite(20)
    theirs.checkpoints = {"signed-24": signed(theirs.rows[:24])}
    assert theirs.found() == set()


@unfound("a wrong clock, as long as it never runs backwards")
def _(paper: Paper) -> None:
    paper.rows.append(entry(27, minute=60 * 24 * 365))
    paper.head = None


@unfound("words withheld from the export, their hashes kept")
def _(paper: Paper) -> None:
    paper.rows[4] = replace(paper.rows[4], data=None)


def _put(paper: Paper, seq: int, data: bytes) -> None:
    """These bytes as an entry, with every hash and the head made to fit."""
    paper.rows[seq - 1] = StoredEntry(seq, data, leaf_hash(data))
    paper.head = None


def _edit(paper: Paper, old: str, new: str) -> None:
    note = paper.checkpoints["signed-16"]
    assert old in note
    paper.checkpoints["signed-16"] = note.replace(old, new, 1)


def _receipt(paper: Paper) -> Receipt:
    return Receipt.read(paper.receipts["given-12"])


def _reprint(paper: Paper, **changes: object) -> None:
    changed = replace(_receipt(paper), **changes)  # type: ignore[arg-type]
    paper.receipts["given-12"] = changed.text()
