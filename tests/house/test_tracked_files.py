"""What must not stand in the product's files: machines, registries, secrets."""

from __future__ import annotations

import re

from tests.house.sources import ROOT, tracked

MACHINE = re.compile(rb"(?:^|[^A-Za-z0-9_.])/(?:work|root|home/[a-z]+)/")
REGISTRY = re.compile(rb"pypi\.org|python[h]osted|registry\.npmjs|(?:index-url|find-links) =")
SECRET = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}|ghp_[A-Za-z0-9]{36}")


def test_no_file_names_a_machine_a_registry_or_a_secret() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group(0)!r}"
        for path in tracked()
        for pattern in (MACHINE, REGISTRY, SECRET)
        if (match := pattern.search(path.read_bytes()))
    ]
    assert found == []


def test_every_locked_library_is_pinned_by_hash() -> None:
    for lock, least in (("base.txt", 40), ("dev.txt", 40), ("s3.txt", 20)):
        text = (ROOT / "requirements" / lock).read_text()
        pinned = re.findall(
            r"^[a-z0-9].*==.*\\\n    --hash=sha256:[0-9a-f]{64}", text, re.MULTILINE
        )
        assert len(pinned) == len(re.findall(r"^[a-z0-9]", text, re.MULTILINE)) > least, lock
        assert "://" not in text, lock
