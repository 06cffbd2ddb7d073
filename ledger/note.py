"""Signed notes of C2SP (signed-note) with Ed25519: a text, and lines that say who vouches for it.

The one module of this package that needs more than the standard library: `cryptography`.
"""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
KEY_SIZE = 32
ID_SIZE = 4
SIGNATURE_SIZE = 64
MOST_SIGNATURES = 100
MARK = "— "  # an em dash: nobody's text begins a line with it by accident
PRIVATE = "PRIVATE+KEY+"


class NoteError(ValueError):
    """The note or key is not well formed, or nobody known has signed it."""


@dataclass(frozen=True)
class Verifier:
    """A name and the public key that its signatures are checked with."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not _is_name(self.name):
            raise NoteError("a key's name has no spaces and no plus sign")
        if len(self.public) != KEY_SIZE:
            raise NoteError(f"a key has {KEY_SIZE} bytes")

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell this key from others of the same name."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:ID_SIZE]

    def __str__(self) -> str:
        """As it is handed round: name, id and key."""
        return f"{self.name}+{self.key_id.hex()}+{encoded(ED25519 + self.public)}"

    @classmethod
    def read(cls, text: str) -> Self:
        """The key that `str` wrote; raises NoteError."""
        name, key_id, key = _parts(text.strip())
        found = cls(name, key)
        if found.key_id.hex() != key_id:
            raise NoteError("the key does not fit its own id: it was altered or cut off")
        return found

    def vouches(self, text: str, signature: bytes) -> bool:
        """Whether the signature is this key's over exactly this text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class Signer:
    """A name and the private key that it signs with. `repr` does not show the key."""

    name: str
    seed: bytes

    def __repr__(self) -> str:
        return f"Signer({self.name!r})"

    @classmethod
    def new(cls, name: str) -> Self:
        """A key that nobody has had before."""
        return cls(name, secrets.token_bytes(KEY_SIZE))

    @classmethod
    def read(cls, text: str) -> Self:
        """The key that `secret` wrote; raises NoteError."""
        text = text.strip()
        if not text.startswith(PRIVATE):
            raise NoteError(f"a private key begins with {PRIVATE}")
        name, key_id, seed = _parts(text.removeprefix(PRIVATE))
        found = cls(name, seed)
        if found.verifier.key_id.hex() != key_id:
            raise NoteError("the private key does not fit its own id: it was altered or cut off")
        return found

    @property
    def secret(self) -> str:
        """As it is kept, for nobody else to see."""
        return f"{PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{encoded(ED25519 + self.seed)}"

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.name, self._private.public_key().public_bytes_raw())

    @property
    def _private(self) -> Ed25519PrivateKey:
        if len(self.seed) != KEY_SIZE:
            raise NoteError(f"a key has {KEY_SIZE} bytes")
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def sign(self, text: str) -> str:
        """The text as a note with this key's signature."""
        if not text.endswith("\n") or not _is_plain(text):
            raise NoteError("a note's text ends with a line break and has no control characters")
        signature = self.verifier.key_id + self._private.sign(text.encode())
        return f"{text}\n{MARK}{self.name} {encoded(signature)}\n"


def opened(note: str, verifiers: Sequence[Verifier]) -> tuple[str, list[Verifier]]:
    """The note's text, and who of those known has signed it.

    Raises NoteError when nobody has, or when a signature in the name of a known key is not its.
    """
    text, lines = _split(note)
    vouching = []
    for name, key_id, signature in map(_signature, lines):
        for known in verifiers:
            if (known.name, known.key_id) != (name, key_id):
                continue
            if not known.vouches(text, signature):
                raise NoteError(f"the signature in the name of {name} is false")
            if known not in vouching:
                vouching.append(known)
    if not vouching:
        raise NoteError("nobody whose key is known has signed this")
    return text, vouching


def text_of(note: str) -> str:
    """What the note says, whoever signed it; raises NoteError where it is no note."""
    text, lines = _split(note)
    for line in lines:
        _signature(line)
    return text


def encoded(data: bytes) -> str:
    return b64encode(data).decode()


def decoded(text: str) -> bytes:
    """The bytes in Base64, in the one way to write them; raises NoteError."""
    try:
        data = b64decode(text, validate=True)
    except (Error, ValueError) as error:
        raise NoteError("not Base64") from error
    if encoded(data) != text:
        raise NoteError("not Base64 as it is written")
    return data


def _split(note: str) -> tuple[str, list[str]]:
    if not note.endswith("\n") or not _is_plain(note):
        raise NoteError("a note ends with a line break and has no control characters")
    text, gap, signatures = note.rpartition("\n\n")
    lines = signatures.removesuffix("\n").split("\n")
    if not gap or not all(line.startswith(MARK) for line in lines):
        raise NoteError("a note's signatures stand after an empty line")
    if len(lines) > MOST_SIGNATURES:
        raise NoteError(f"a note has at most {MOST_SIGNATURES} signatures")
    return f"{text}\n", lines


def _signature(line: str) -> tuple[str, bytes, bytes]:
    name, _, rest = line.removeprefix(MARK).partition(" ")
    data = decoded(rest)
    if not _is_name(name) or len(data) <= ID_SIZE:
        raise NoteError("a signature line has a name and a signature")
    return name, data[:ID_SIZE], data[ID_SIZE:]


def _parts(text: str) -> tuple[str, str, bytes]:
    name, _, rest = text.partition("+")
    key_id, _, key = rest.partition("+")
    data = decoded(key)
    if not name or len(data) != KEY_SIZE + 1 or data[:1] != ED25519:
        raise NoteError("a key is written as name+id+key, for Ed25519")
    return name, key_id, data[1:]


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(letter.isspace() for letter in name)


def _is_plain(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return all(letter >= " " or letter == "\n" for letter in text)
