"""Checkpoints as the specification writes them."""

from __future__ import annotations

import pytest

from ledger.checkpoint import Checkpoint, CheckpointError
from ledger.merkle import EMPTY_ROOT
from tests.ledger.paper import FORGER, ORIGIN, OTHERS, OURS

# The example of C2SP tlog-checkpoint, its text alone.
SPECIFIED = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
FOUND = Checkpoint(ORIGIN, 12, bytes(32))


def test_a_checkpoint_is_its_origin_its_size_and_its_root_in_base64() -> None:
    note = OURS.sign(SPECIFIED)
    found = Checkpoint.read(note)
    assert (found.origin, found.size) == ("example.com/behind-the-sofa", 20852163)
    assert found.text() == SPECIFIED
    assert Checkpoint(ORIGIN, 0, EMPTY_ROOT).text() == (
        f"{ORIGIN}\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
    )


def test_what_is_signed_is_opened_with_the_key_alone() -> None:
    assert Checkpoint.opened(FOUND.sign(OURS), [OURS.verifier]) == FOUND
    for keys in ([], [FORGER.verifier], [OTHERS.verifier]):
        with pytest.raises(CheckpointError):
            Checkpoint.opened(FOUND.sign(OURS), keys)


def test_another_ledgers_signature_does_not_speak_for_this_one() -> None:
    with pytest.raises(CheckpointError, match="has not signed it"):
        Checkpoint.opened(FOUND.sign(OTHERS), [OTHERS.verifier])


def test_further_lines_that_the_specification_allows_are_passed_over() -> None:
    assert Checkpoint.opened(OURS.sign(f"{FOUND.text()}more\n"), [OURS.verifier]) == FOUND


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\n12\n", "\n012\n"),
        ("\n12\n", "\n-12\n"),
        ("\n12\n", "\n1_2\n"),
        ("\n12\n", "\n１２\n"),  # digits to Python, not to the specification
        ("\n12\n", f"\n{'9' * 30}\n"),
        ("\n12\n", "\n"),
        ("\n12\n", "\n\n12\n"),
        (f"{ORIGIN}\n", "\n"),
        ("AAAA=\n", "AAAA\n"),
        ("AAAA=\n", "AAAB=\n"),  # bits that nobody reads
        ("A" * 40, "A" * 36),
    ],
)
def test_what_is_written_otherwise_is_refused_although_it_is_signed(old: str, new: str) -> None:
    assert old in FOUND.text()
    note = OURS.sign(FOUND.text().replace(old, new, 1))
    with pytest.raises(CheckpointError):
        Checkpoint.opened(note, [OURS.verifier])
