"""A hundred thousand entries verified offline, beside only reading and hashing the same file."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from ledger.checkpoint import Checkpoint
from ledger.examination import Head, StoredEntry
from ledger.export import Export, write
from ledger.merkle import Frontier
from ledger.note import Signer
from ledger.proof import consistency_path, inclusion_path
from tests.ledger.bodies import START, stored_entry

ENTRIES = 100_000
EVERY = 1_000  # entries to a checkpoint
MEGABYTE = 1024 * 1024
MEASURED = (
    "import sys; from pathlib import Path; from ledger.__main__ import main; code = main();"
    "sys.stderr.write(Path('/proc/self/status').read_text()); raise SystemExit(code)"
)


def told(folder: Path) -> Iterator[str]:
    """The figures, a line each."""
    folder.mkdir(parents=True, exist_ok=True)
    signer, frontier, notes = Signer.new("bench.example/archive"), Frontier(), []
    for row in _entries():
        frontier.append(row.leaf_hash)
        if row.seq % EVERY == 0:
            note = folder / f"signed-{row.seq}"
            note.write_text(Checkpoint(signer.name, row.seq, frontier.root()).sign(signer))
            notes.append(str(note))
    file = folder / "export"
    head = Export(signer.name, Head(ENTRIES, frontier.root()), str(signer.verifier))
    with file.open("wb") as opened:
        opened.writelines(write(head, _entries()))
    began = time.perf_counter()
    digests = [sha256(line).digest() for line in file.open("rb")]
    bare = time.perf_counter() - began
    arguments = ["verify", str(file), "--key", str(signer.verifier), "--checkpoint", *notes]
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *arguments], capture_output=True, text=True, check=True
    )
    seconds = time.perf_counter() - began
    peak = int(re.findall(r"VmHWM:\s+(\d+) kB", done.stderr)[0]) / 1024
    yield (
        f"  {file.stat().st_size / MEGABYTE:.0f} MB, {len(notes)} checkpoints: {seconds:.1f} s, "
        f"{peak:.0f} MB; {seconds / bare:.0f} times reading and hashing its lines"
    )
    for name, proof in (("inclusion", inclusion_path), ("consistency", consistency_path)):
        began = time.perf_counter()
        proof(digests[1:], ENTRIES // 3)
        yield f"  a proof of {name} out of {ENTRIES:,}: {time.perf_counter() - began:.2f} s"


def _entries() -> Iterator[StoredEntry]:
    for seq in range(1, ENTRIES + 1):
        body = {
            "action": "approve",
            "by": f"{seq:016x}",
            "case": f"2026-{seq:06d}",
            "dest": "external_audit",
            "facts": {"assigned": True, "duties": ["internal_auditor"], "relation": None},
            "reason": None,
            "role": "internal_auditor",
            "round": 1,
            "sentence": f"{seq:064x}",
            "stage": "internal_audit",
        }
        yield stored_entry(seq, START + timedelta(minutes=seq), body)
