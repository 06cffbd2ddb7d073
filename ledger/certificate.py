"""The code on a certificate: which entry gave the award, and proof that it was given to whom.

It is the entry's number and 80 bits of a hash over the entry's leaf and the winner's key. Whoever
holds the ledger can compute it again; nobody can make one up for an award that was not given.
"""

from __future__ import annotations

from hashlib import sha256

DOMAIN = b"plaudit certificate 1\x00"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: nothing that looks like another
MISREAD = str.maketrans("ILO", "110")
LENGTH, GROUP = 16, 4
SEQ_AT_MOST = 2**31 - 1


def code(seq: int, leaf_hash: bytes, person_key: str) -> str:
    """Such as 1234-7Q2M-8ZC4-V0TX-K9RD."""
    digest = sha256(DOMAIN + leaf_hash + person_key.encode()).digest()
    bits = int.from_bytes(digest, "big") >> (256 - 5 * LENGTH)
    letters = "".join(ALPHABET[bits >> 5 * place & 31] for place in reversed(range(LENGTH)))
    groups = [letters[start : start + GROUP] for start in range(0, LENGTH, GROUP)]
    return "-".join([str(seq), *groups])


def read(text: str) -> tuple[int, str] | None:
    """The entry's number and the code as it is printed, out of what was typed; None for no code.

    Case, spaces and hyphens do not matter, nor letters that are easily misread.
    """
    plain = "".join(letter for letter in text.upper() if letter.isalnum()).translate(MISREAD)
    seq, letters = plain[:-LENGTH], plain[-LENGTH:]
    if not (seq.isascii() and seq.isdecimal()) or any(each not in ALPHABET for each in letters):
        return None
    if len(seq) > len(str(SEQ_AT_MOST)) or not 1 <= int(seq) <= SEQ_AT_MOST:
        return None
    groups = [letters[start : start + GROUP] for start in range(0, LENGTH, GROUP)]
    return int(seq), "-".join([str(int(seq)), *groups])
