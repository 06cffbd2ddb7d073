"""Password hashes by Argon2id, with the same work for an account that does not exist."""

from __future__ import annotations

import functools

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from workflow.text import UnstorableText, normal

_hasher = PasswordHasher()


def hashed(password: str) -> str:
    """The hash to store, with its parameters and salt in it; raises UnstorableText."""
    return _hasher.hash(normal(password))


def matches(stored: str | None, password: str) -> bool:
    """Whether the password is the one hashed; None stands for an account without one."""
    try:
        _hasher.verify(stored or _nobody(), normal(password))
    except (VerificationError, InvalidHashError, UnstorableText):
        return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with other parameters than are used now."""
    return _hasher.check_needs_rehash(stored)


@functools.cache
def _nobody() -> str:
    """The hash that is worked on when there is none."""
    return _hasher.hash("nobody has this password")
