"""`python -m ledger`: check exports, receipts and checkpoints, with nothing of the product running.

Exit code 0: everything holds. 1: something does not, and is named. 2: a file cannot be read.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TextIO

from ledger import receipt as receipts
from ledger import sentences
from ledger.checkpoint import Checkpoint, CheckpointError
from ledger.note import NoteError, Verifier, decoded
from ledger.proof import ProofError, verify_consistency
from ledger.receipt import Receipt, ReceiptError
from ledger.verification import Verification, texts

SOUND, UNSOUND, UNREADABLE = 0, 1, 2
MOST_TOLD = 100  # faults: whoever has read so many knows


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks; returns the exit code."""
    asked = _parser().parse_args(arguments)
    try:
        keys = [_key(each) for each in asked.key]
        code: int = asked.act(asked, keys)
    except (OSError, ValueError) as error:
        _say(f"This cannot be read: {error}", to=sys.stderr)
        return UNREADABLE
    return code


def _verify(asked: argparse.Namespace, keys: list[Verifier]) -> int:
    if _is_receipt(asked.file):
        return _verify_receipt(asked, keys)
    checkpoints = texts(asked.checkpoint, receipts.LONGEST)
    held = texts(asked.receipt, receipts.LONGEST)
    with asked.file.open("rb") as file:
        reading = Verification(file, checkpoints, held, keys)
        faults = 0
        for found in reading.faults():
            faults += 1
            if faults <= MOST_TOLD:
                _say(sentences.fault(found))
    if faults > MOST_TOLD:
        _say(f"and {faults - MOST_TOLD} more.")
    if reading.export is not None:
        _say(f"ledger: {reading.export.origin}")
        _say(f"key: {keys[0] if keys else reading.export.key}")
    _say(f"entries: {reading.entries}, withheld: {reading.withheld}")
    for name, head in sorted(reading.known.items(), key=lambda item: item[1].size):
        _say(f"signed: {head.size} entries, root {head.root.hex()} ({name})")
    for epoch in reading.epochs:
        _say(sentences.EPOCH % epoch)
    _say(f"faults: {faults}")
    if faults:
        _say("\nThis file does not hold. Keep it, and the files that it was held against.")
        return UNSOUND
    _told_apart(sentences.EXPORT_PROVES if reading.known else (), _not_by(reading))
    return SOUND


def _not_by(reading: Verification) -> Iterable[str]:
    yield from sentences.UNPROVEN
    if not reading.known:
        yield sentences.NO_CHECKPOINT_UNPROVEN
    if not reading.trusted_from_elsewhere:
        yield sentences.KEY_UNPROVEN
    if reading.withheld:
        yield sentences.WITHHELD_UNPROVEN % {"withheld": reading.withheld}


def _verify_receipt(asked: argparse.Namespace, keys: list[Verifier]) -> int:
    ((name, text),) = texts([asked.file], receipts.LONGEST)
    try:
        found = Receipt.read(text)
        entry, checkpoint = found.verify(keys)
    except ReceiptError as error:
        _say(f"{name} is no sound receipt: {error}.")
        return UNSOUND
    _say(f"ledger: {checkpoint.origin}")
    _say(f"key: {keys[0] if keys else found.key}")
    if entry is None or found.entry is None:
        _say(f"entry: {found.index + 1} of {checkpoint.size}, its words closed")
    else:
        _say(f"entry: {entry.seq} of {checkpoint.size}, {entry.kind}, {entry.at}")
        _say(found.entry.decode())
    _say(f"fingerprint: {found.leaf_hash.hex()}")
    _told_apart(
        sentences.RECEIPT_PROVES if entry else sentences.CLOSED_PROVES,
        (*sentences.UNPROVEN, *(() if keys else (sentences.KEY_UNPROVEN,))),
    )
    return SOUND


def _consistent(asked: argparse.Namespace, keys: list[Verifier]) -> int:
    """Whether the older checkpoint is the beginning of the newer one."""
    older, newer, proof = (text for _, text in texts(asked.files, receipts.LONGEST))
    try:
        if keys:
            one, two = (Checkpoint.opened(note, keys) for note in (older, newer))
        else:
            one, two = (Checkpoint.read(note) for note in (older, newer))
        path = [decoded(line) for line in proof.split()]
        if one.origin != two.origin:
            raise ProofError("the checkpoints speak for two ledgers")
        verify_consistency(one.size, two.size, one.root, two.root, path)
    except (CheckpointError, NoteError, ProofError) as error:
        _say(f"This does not hold: {error}.")
        return UNSOUND
    _say(f"The first {one.size} of {two.size} entries are the same in both checkpoints.")
    if not keys:
        _say("Whose signatures they bear was not looked at: hand in the key with --key.")
    return SOUND


def _told_apart(proven: Sequence[str], unproven: Iterable[str]) -> None:
    if proven:
        _say("\nThis proves:")
        for line in proven:
            _say(f"  - {line}.")
    _say("\nThis does not prove:")
    for line in unproven:
        _say(f"  - {line}.")


def _is_receipt(file: Path) -> bool:
    # An export says what it is within its first line, a receipt on its second.
    with file.open("rb") as opened:
        return receipts.NAME.encode() in opened.read(64)


def _key(given: str) -> Verifier:
    """A public key, or the file that holds it."""
    if "+" in given and not Path(given).exists():
        return Verifier.read(given)
    return Verifier.read(Path(given).read_text())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ledger", description=main.__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    verify = commands.add_parser("verify", help="check an export, or a receipt")
    verify.add_argument("file", type=Path, metavar="FILE", help="the export or the receipt")
    for name, what in (("checkpoint", "checkpoints"), ("receipt", "receipts")):
        verify.add_argument(
            f"--{name}",
            type=Path,
            nargs="+",
            action="extend",
            default=[],
            metavar="FILE",
            help=f"{what} that you or others have kept, to hold the export against",
        )
    consistent = commands.add_parser(
        "consistent", help="check that one checkpoint is the beginning of another"
    )
    consistent.add_argument("files", type=Path, nargs=3, metavar=("OLDER", "NEWER", "PROOF"))
    for command, act in ((verify, _verify), (consistent, _consistent)):
        command.add_argument(
            "--key", action="append", default=[], help="the ledger's public key, or its file"
        )
        command.set_defaults(act=act)
    return parser


def _say(line: str, to: TextIO | None = None) -> None:
    (to or sys.stdout).write(f"{line}\n")


if __name__ == "__main__":
    raise SystemExit(main())
