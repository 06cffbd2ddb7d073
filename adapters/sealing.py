"""Sealing what only few may read: AES-256-GCM, and keyed digests to find it by."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = b"\x01"
NAME, NONCE, KEY = 8, 12, 32  # bytes
HEAD = len(VERSION) + NAME + NONCE


class Unsealable(ValueError):
    """Sealed with a key that is not here, bound to something else, or damaged."""


@dataclass(frozen=True)
class _Key:
    """What is derived from one secret; the name tells the keys apart and gives nothing away."""

    secret: str

    def __repr__(self) -> str:
        return "<key>"

    @cached_property
    def name(self) -> bytes:
        return self._derived(b"name", NAME)

    @cached_property
    def cipher(self) -> AESGCM:
        return AESGCM(self._derived(b"seal", KEY))

    @cached_property
    def digesting(self) -> bytes:
        return self._derived(b"digest", KEY)

    def _derived(self, purpose: bytes, length: int) -> bytes:
        info = b"plaudit customers " + purpose
        return HKDF(SHA256(), length, salt=None, info=info).derive(self.secret.encode())


class Sealer:
    """Seals with the first of its secrets, opens with all of them: that is how keys rotate."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ValueError("a sealer needs a key")
        self._keys = [_Key(key) for key in keys]

    def seal(self, data: bytes, bound_to: str) -> bytes:
        """The data, sealed; it opens only where `bound_to` is the same again."""
        key, nonce = self._keys[0], secrets.token_bytes(NONCE)
        return VERSION + key.name + nonce + key.cipher.encrypt(nonce, data, bound_to.encode())

    def open(self, sealed: bytes, bound_to: str) -> bytes:
        """What was sealed; raises Unsealable."""
        key = next((each for each in self._keys if each.name == self._name(sealed)), None)
        if key is None:
            raise Unsealable("sealed with a key that is not among PLAUDIT_CUSTOMER_KEYS")
        nonce, text = sealed[HEAD - NONCE : HEAD], sealed[HEAD:]
        try:
            return key.cipher.decrypt(nonce, text, bound_to.encode())
        except (InvalidTag, ValueError):  # ValueError: cut short
            raise Unsealable("damaged, or bound to something else") from None

    def is_current(self, sealed: bytes) -> bool:
        """Whether the first key sealed it, so that the others are not needed for it."""
        return self._name(sealed) == self._keys[0].name

    def digest(self, text: str) -> str:
        """A digest that nobody without the first key can compute."""
        return _digest(self._keys[0], text)

    def digests(self, text: str) -> list[str]:
        """The digest by each key: before everything is sealed anew, any of them may be stored."""
        return [_digest(key, text) for key in self._keys]

    @staticmethod
    def _name(sealed: bytes) -> bytes:
        return sealed[len(VERSION) : len(VERSION) + NAME] if sealed[:1] == VERSION else b""


def _digest(key: _Key, text: str) -> str:
    return hmac.new(key.digesting, text.encode(), sha256).hexdigest()
