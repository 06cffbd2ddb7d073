"""What a password's hash costs whoever wants to guess it."""

import pytest

from adapters import passwords


@pytest.mark.usefixtures("real_passwords")
def test_a_hash_costs_what_rfc_9106_asks_where_memory_is_short() -> None:
    stored = passwords.hashed("seven paper lanterns")
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.matches(stored, "seven paper lanterns")
    assert not passwords.matches(stored, "seven paper cranes")
    assert not passwords.is_outdated(stored)


@pytest.mark.usefixtures("real_passwords")
def test_nobody_s_password_costs_as_much() -> None:
    assert passwords._nobody().startswith("$argon2id$v=19$m=65536,t=3,p=4$")
