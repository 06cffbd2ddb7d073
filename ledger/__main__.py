"""`python -m ledger`: check exports, receipts and checkpoints, with nothing of the product running.

Exit code 0: everything holds. 1: something does not, and is named. 2: a file cannot be read.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TextIO

from ledger import receipt as receipts
from ledger import sentences
from ledger.checkpoint import Checkpoint, CheckpointError
from ledger.language import LANGUAGES, Language, language, own
from ledger.note import NoteError, Verifier, decoded
from ledger.proof import ProofError, verify_consistency
from ledger.receipt import Receipt, ReceiptError
from ledger.verification import Verification, texts

SOUND, UNSOUND, UNREADABLE = 0, 1, 2
MOST_TOLD = 100  # faults: whoever has read so many knows


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks; returns the exit code."""
    spoken = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    spoken.add_argument("--language", choices=LANGUAGES, default=own())
    chosen, rest = spoken.parse_known_args(arguments)
    words = language(chosen.language)
    asked = _parser(words).parse_args(rest)
    try:
        keys = [_key(each) for each in asked.key]
        code: int = asked.act(asked, keys, words)
    except (OSError, ValueError) as error:
        detail = words.detail(str(error))
        _tell(words.say(sentences.UNREADABLE, detail=detail), to=sys.stderr)
        return UNREADABLE
    return code


def _verify(asked: argparse.Namespace, keys: list[Verifier], words: Language) -> int:
    if _is_receipt(asked.file):
        return _verify_receipt(asked, keys, words)
    say = words.say
    checkpoints = texts(asked.checkpoint, receipts.LONGEST)
    held = texts(asked.receipt, receipts.LONGEST)
    with asked.file.open("rb") as file:
        reading = Verification(file, checkpoints, held, keys)
        faults = 0
        for found in reading.faults():
            faults += 1
            if faults <= MOST_TOLD:
                _tell(words.fault(found))
    if faults > MOST_TOLD:
        _tell(say(sentences.MORE, faults=faults - MOST_TOLD))
    if reading.export is not None:
        _tell(say(sentences.LEDGER, origin=reading.export.origin))
        _tell(say(sentences.KEY, key=keys[0] if keys else reading.export.key))
    _tell(say(sentences.ENTRIES, entries=reading.entries, withheld=reading.withheld))
    for name, head in sorted(reading.known.items(), key=lambda item: item[1].size):
        _tell(say(sentences.SIGNED, size=head.size, root=head.root.hex(), file=name))
    for seq, size, known_size in reading.epochs:
        _tell(say(sentences.EPOCH, seq=seq, size=size, known_size=known_size))
    _tell(say(sentences.COUNTED, faults=faults))
    if faults:
        _tell(f"\n{say(sentences.EXPORT_FALSE)}")
        return UNSOUND
    proven = sentences.EXPORT_PROVES if reading.known else ()
    _told_apart(words, [say(each) for each in proven], _not_by(reading, words))
    return SOUND


def _not_by(reading: Verification, words: Language) -> Iterable[str]:
    yield from map(words.say, sentences.UNPROVEN)
    if not reading.known:
        yield words.say(sentences.NO_CHECKPOINT_UNPROVEN)
    if not reading.trusted_from_elsewhere:
        yield words.say(sentences.KEY_UNPROVEN)
    if reading.withheld:
        yield words.say(sentences.WITHHELD_UNPROVEN, withheld=reading.withheld)


def _verify_receipt(asked: argparse.Namespace, keys: list[Verifier], words: Language) -> int:
    ((name, text),) = texts([asked.file], receipts.LONGEST)
    say = words.say
    try:
        found = Receipt.read(text)
        entry, checkpoint = found.verify(keys)
    except ReceiptError as error:
        _tell(say(sentences.RECEIPT_FALSE, file=name, detail=words.detail(str(error))))
        return UNSOUND
    _tell(say(sentences.LEDGER, origin=checkpoint.origin))
    _tell(say(sentences.KEY, key=keys[0] if keys else found.key))
    if entry is None or found.entry is None:
        _tell(say(sentences.CLOSED_ENTRY, seq=found.index + 1, size=checkpoint.size))
    else:
        of = {"seq": entry.seq, "size": checkpoint.size, "kind": entry.kind, "at": entry.at}
        _tell(say(sentences.ENTRY, **of))
        _tell(found.entry.decode())
    _tell(say(sentences.FINGERPRINT, hash=found.leaf_hash.hex()))
    proven = sentences.RECEIPT_PROVES if entry else sentences.CLOSED_PROVES
    unproven = (*sentences.UNPROVEN, *(() if keys else (sentences.KEY_UNPROVEN,)))
    _told_apart(words, map(say, proven), map(say, unproven))
    return SOUND


def _consistent(asked: argparse.Namespace, keys: list[Verifier], words: Language) -> int:
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
        _tell(words.say(sentences.INCONSISTENT, detail=words.detail(str(error))))
        return UNSOUND
    _tell(words.say(sentences.CONSISTENT, older=one.size, newer=two.size))
    if not keys:
        _tell(words.say(sentences.SIGNATURES_UNREAD))
    return SOUND


def _told_apart(words: Language, proven: Iterable[str], unproven: Iterable[str]) -> None:
    for head, points in ((sentences.PROVES, [*proven]), (sentences.PROVES_NOT, [*unproven])):
        if points:
            _tell(f"\n{words.say(head)}")
        for point in points:
            _tell(words.say(sentences.POINT, point=point))


def _is_receipt(file: Path) -> bool:
    # An export says what it is within its first line, a receipt on its second.
    with file.open("rb") as opened:
        return receipts.NAME.encode() in opened.read(64)


def _key(given: str) -> Verifier:
    """A public key, or the file that holds it."""
    if "+" in given and not Path(given).exists():
        return Verifier.read(given)
    return Verifier.read(Path(given).read_text())


def _parser(words: Language) -> argparse.ArgumentParser:
    helps = {name: words.say(sentence) for name, sentence in sentences.HELP.items()}
    parser = argparse.ArgumentParser(prog="python -m ledger", description=helps["program"])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    verify = commands.add_parser("verify", help=helps["verify"])
    verify.add_argument("file", type=Path, metavar="FILE", help=helps["file"])
    for name in ("checkpoint", "receipt"):
        verify.add_argument(
            f"--{name}",
            type=Path,
            nargs="+",
            action="extend",
            default=[],
            metavar="FILE",
            help=helps[name],
        )
    consistent = commands.add_parser("consistent", help=helps["consistent"])
    consistent.add_argument("files", type=Path, nargs=3, metavar=("OLDER", "NEWER", "PROOF"))
    for command, act in ((verify, _verify), (consistent, _consistent)):
        command.add_argument("--key", action="append", default=[], help=helps["key"])
        # Read before this parser, which speaks it; here for its help.
        command.add_argument("--language", choices=LANGUAGES, help=helps["language"])
        command.set_defaults(act=act)
    return parser


def _tell(line: str, to: TextIO | None = None) -> None:
    (to or sys.stdout).write(f"{line}\n")


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that knows no Chinese
    raise SystemExit(main())
