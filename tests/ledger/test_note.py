"""Signed notes: anybody's tool reads ours, and nothing is taken for a signature that is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.note import NoteError, Signer, Verifier, encoded, opened, text_of

# The example of Go's golang.org/x/mod/sumdb/note, which the specification was written from.
PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
SIGNATURE = (
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
)
NOTE = f"{TEXT}\n— PeterNeumann {SIGNATURE}\n"

KNOWN = Verifier.read(PUBLIC)
OURS = Signer("plaudit.example.org/archive", bytes(range(32)))
OTHERS = Signer("witness.example.org", bytes(range(1, 33)))


def test_the_note_that_others_signed_is_read_and_signed_just_so() -> None:
    assert opened(NOTE, [KNOWN]) == (TEXT, [KNOWN])
    assert Signer.read(PRIVATE).sign(TEXT) == NOTE
    assert (str(Signer.read(PRIVATE).verifier), Signer.read(PRIVATE).secret) == (PUBLIC, PRIVATE)


def test_a_witness_may_sign_beside_us_and_each_is_told() -> None:
    both = OURS.sign(TEXT) + OTHERS.sign(TEXT).removeprefix(f"{TEXT}\n")
    assert opened(both, [OURS.verifier])[1] == [OURS.verifier]
    assert opened(both, [OTHERS.verifier, OURS.verifier])[1] == [OURS.verifier, OTHERS.verifier]


def test_nobody_known_is_no_signature() -> None:
    with pytest.raises(NoteError, match="nobody whose key is known"):
        opened(NOTE, [OURS.verifier])
    same_name = Verifier("PeterNeumann", OURS.verifier.public)
    with pytest.raises(NoteError, match="nobody whose key is known"):
        opened(NOTE, [same_name])


@given(st.data())
def test_any_changed_character_of_text_or_signature_is_refused(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(NOTE) - 1))
    other = data.draw(st.sampled_from("Aa0 \n+/=—\x00é").filter(lambda new: new != NOTE[at]))
    with pytest.raises(NoteError):
        opened(NOTE[:at] + other + NOTE[at + 1 :], [KNOWN])


def test_a_false_signature_in_a_known_name_spoils_the_note() -> None:
    forged = encoded(OURS.verifier.key_id + bytes(64))
    with pytest.raises(NoteError, match="is false"):
        opened(f"{NOTE}— {OURS.name} {forged}\n", [KNOWN, OURS.verifier])


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n",
        TEXT,
        NOTE.removesuffix("\n"),
        NOTE.replace("— ", "- "),
        NOTE.replace("\n\n", "\n"),
        NOTE + "\n",
        NOTE + "more\n",
        NOTE.replace(SIGNATURE, SIGNATURE.rstrip("=")),
        NOTE.replace(SIGNATURE, "AAAA"),
        NOTE.replace("\n", "\r\n"),
        NOTE + NOTE.splitlines(keepends=True)[-1] * 100,
        NOTE.replace("think", "th\x00nk"),
        NOTE.replace("think", "\udc80"),
    ],
)
def test_what_is_no_note_is_refused(note: str) -> None:
    with pytest.raises(NoteError):
        opened(note, [KNOWN])


def test_two_ways_to_write_one_signature_are_not_two_signatures() -> None:
    spare_bits = SIGNATURE.replace("nAM=", "nAN=")  # the same bytes to a careless reader
    with pytest.raises(NoteError):
        text_of(NOTE.replace(SIGNATURE, spare_bits))


@pytest.mark.parametrize(
    "key",
    [
        "",
        "PeterNeumann",
        PUBLIC.replace("PeterNeumann", "PeterNewman"),
        PUBLIC.replace("c74f20a3", "c74f20a4"),
        PUBLIC[:-1],
        PUBLIC.replace("PeterNeumann", "Peter Neumann"),
        PUBLIC.replace("+ARpc", "+AhRpc"),
        PRIVATE,
    ],
)
def test_an_altered_key_is_no_key(key: str) -> None:
    with pytest.raises(NoteError):
        Verifier.read(key)


def test_an_altered_private_key_is_no_key() -> None:
    for key in (PUBLIC, PRIVATE[:-1], PRIVATE.replace("c74f20a3", "c74f20a4")):
        with pytest.raises(NoteError):
            Signer.read(key)


def test_a_private_key_does_not_show_itself() -> None:
    assert repr(OURS) == "Signer('plaudit.example.org/archive')"
    assert Signer.new("a").seed != Signer.new("a").seed
