"""What the ledger holds in place of a text that may one day be erased."""

import hmac
import secrets

SALT_SIZE = 32


def new_salt() -> bytes:
    """32 random bytes, stored and erased together with the text."""
    return secrets.token_bytes(SALT_SIZE)


def commit(text: str, salt: bytes) -> str:
    """HMAC-SHA256 of the text under its salt, in hex: binds the text, tells nothing of it."""
    # HMAC pads short keys, so salts of differing length could stand for one another.
    if len(salt) != SALT_SIZE:
        raise ValueError(f"a salt has {SALT_SIZE} bytes, not {len(salt)}")
    return hmac.digest(salt, text.encode(), "sha256").hex()
