"""`python -m ledger` alone: no application, no database, a file and the answer."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from ledger.__main__ import main
from ledger.checkpoint import Checkpoint
from ledger.examination import Head, StoredEntry
from ledger.export import Export, write
from ledger.merkle import Frontier
from ledger.note import encoded
from ledger.proof import consistency_path
from tests.fixtures.figures import Tell
from tests.ledger.bodies import START, stored_entry
from tests.ledger.paper import FORGER, ORIGIN, OURS, Paper, given, leaves, rows, signed

Run = Callable[..., tuple[int, str, str]]
HOUSE = Path(__file__).parents[2]
MEGABYTE = 1024 * 1024
# The same command, which says in the end how much memory it took at most.
MEASURED = (
    "-c",
    (
        "import sys; from pathlib import Path; from ledger.__main__ import main; code = main();"
        "sys.stderr.write(Path('/proc/self/status').read_text()); raise SystemExit(code)"
    ),
)
MOST_SECONDS, MOST_MEGABYTES, MANY = 60, 200, 100_000


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A folder with a sound export, its checkpoints and receipts, and the key."""
    paper = Paper()
    (tmp_path / "export").write_bytes(paper.file)
    for name, text in (paper.checkpoints | paper.receipts).items():
        (tmp_path / name).write_text(text)
    (tmp_path / "key").write_text(f"{OURS.verifier}\n")
    return tmp_path


@pytest.fixture
def ledger(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command within this process: the exit code, what it said, and what it said of errors."""
    monkeypatch.setenv("LC_ALL", "C")  # it would speak as the computer of whoever runs this

    def run(*arguments: object) -> tuple[int, str, str]:
        code = main([str(each) for each in arguments])
        return code, *capsys.readouterr()

    return run


def alone(
    *arguments: object,
    told: Sequence[str] = ("-m", "ledger"),
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """The command in an interpreter of its own."""
    return subprocess.run(
        [sys.executable, *told, *map(str, arguments)],
        cwd=HOUSE,
        env={"PYTHONUTF8": "1", **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_sound_export_holds_and_it_is_said_what_that_proves_and_what_not(
    ledger: Run, table: Path
) -> None:
    code, said, complaint = ledger(
        "verify", table / "export", "--key", table / "key", "--checkpoint",
        table / "signed-8", table / "signed-24", "--receipt", table / "given-12",
    )  # fmt: skip
    assert (code, complaint) == (0, "")
    assert "entries: 26, withheld: 0" in said
    assert "faults: 0" in said
    proven, unproven = said.split("This does not prove:")
    assert "none was changed, left out or put in between" in proven
    assert "a false entry, written in the normal way" in unproven
    assert "after the last checkpoint or receipt that somebody outside holds" in unproven
    assert "--key" not in unproven


def test_without_key_or_checkpoint_it_says_how_little_it_knows(ledger: Run, table: Path) -> None:
    code, said, _ = ledger("verify", table / "export")
    assert code == 0
    assert "This proves:" not in said
    assert "no checkpoint was handed in" in said
    assert "it was taken from the file itself" in said


def test_an_altered_export_does_not_hold_and_the_place_is_named(ledger: Run, table: Path) -> None:
    altered = (table / "export").read_bytes().replace(b'"case":"P-5"', b'"case":"P-6"')
    (table / "export").write_bytes(altered)
    code, said, _ = ledger("verify", table / "export", "--key", table / "key")
    assert code == 1
    assert "Entry 5 was altered" in said
    assert "This proves:" not in said


def test_a_receipt_holds_alone_and_an_altered_one_does_not(ledger: Run, table: Path) -> None:
    code, said, _ = ledger("verify", table / "given-12", "--key", OURS.verifier)
    assert code == 0
    assert "entry: 12 of 24, decision, 2026-01-01T08:12:00.000000Z" in said
    assert '"case":"P-12"' in said
    text = (table / "given-12").read_text().replace("P-12", "P-13")
    (table / "given-12").write_text(text)
    code, said, _ = ledger("verify", table / "given-12", "--key", OURS.verifier)
    assert code == 1
    assert "its words are not those that the proof is for" in said


def test_a_forgers_receipt_holds_only_for_whoever_hands_in_no_key(ledger: Run, table: Path) -> None:
    (table / "forged").write_text(given(12, rows(24), FORGER).text())
    code, said, _ = ledger("verify", table / "forged")
    assert code == 0
    assert "it was taken from the file itself" in said
    assert ledger("verify", table / "forged", "--key", table / "key")[0] == 1


def test_one_checkpoint_is_shown_to_be_the_beginning_of_another(ledger: Run, table: Path) -> None:
    proof = consistency_path(leaves(rows(24)), 8)
    (table / "proof").write_text("".join(f"{encoded(each)}\n" for each in proof))
    pair = table / "signed-8", table / "signed-24", table / "proof"
    code, said, _ = ledger("consistent", *pair, "--key", table / "key")
    assert code == 0
    assert "The first 8 of 24 entries are the same" in said
    (table / "signed-8").write_text(signed([*rows(7), rows(9)[8]]))
    assert ledger("consistent", *pair, "--key", table / "key")[0] == 1


@pytest.mark.parametrize("bad", ["nowhere", "key"])
def test_what_cannot_be_read_is_said_so(ledger: Run, table: Path, bad: str) -> None:
    (table / "key").write_text("no key at all\n")
    file = table / ("nowhere" if bad == "nowhere" else "export")
    code, said, complaint = ledger("verify", file, "--key", table / "key")
    assert (code, said) == (2, "")
    assert complaint.startswith("This cannot be read:")


def test_it_answers_in_the_language_that_it_is_asked_in(table: Path) -> None:
    """Also in a terminal that knows no Chinese: nothing falls over."""
    asked = ("verify", table / "export", "--checkpoint", table / "given-12")
    done = alone(*asked, "--language", "zh_Hant")
    assert done.returncode == 1
    assert "given-12 不是本帳本的檢查點：簽署文本的簽章應在一個空行之後。" in done.stdout
    assert "問題：1 處" in done.stdout
    sound = alone("verify", table / "export", environment={"LC_ALL": "zh_CN.UTF-8"})
    assert "这就是别人见过的那份历史：没有提供检查点" in sound.stdout
    assert re.search(r"[a-z]{3} [a-z]{3}", sound.stdout) is None
    bare = {"LC_ALL": "zh_CN", "PYTHONIOENCODING": "ascii"}
    assert "\\u8bb0\\u5f55" in alone("verify", table / "export", environment=bare).stdout


def test_the_package_needs_the_standard_library_and_the_signatures_alone() -> None:
    look = (
        "import sys, sysconfig; before = set(sys.modules); import ledger.__main__;"
        "own = {name.partition('.')[0] for name in sys.modules if name not in before};"
        "print(' '.join(sorted(own - sys.stdlib_module_names)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", look], cwd=HOUSE, capture_output=True, text=True, check=True
    )
    assert set(done.stdout.split()) <= {"cryptography", "_openssl", "_cffi_backend", "ledger"}


@pytest.mark.prove
def test_a_hundred_thousand_entries_are_verified_in_a_minute_and_200_megabytes(
    tmp_path: Path, tell: Tell
) -> None:
    signed_at = [*range(1000, MANY, 1000), MANY]
    frontier, notes = Frontier(), []

    def entries() -> Iterator[StoredEntry]:
        for seq in range(1, MANY + 1):
            yield _as_usual(seq)

    for row in entries():
        frontier.append(row.leaf_hash)
        if row.seq in signed_at:
            note = tmp_path / f"signed-{row.seq}"
            note.write_text(Checkpoint(ORIGIN, row.seq, frontier.root()).sign(OURS))
            notes.append(note)
    file = tmp_path / "export"
    head = Export(ORIGIN, Head(MANY, frontier.root()), str(OURS.verifier))
    with file.open("wb") as opened:
        opened.writelines(write(head, entries()))

    began = time.monotonic()
    done = alone("verify", file, "--key", OURS.verifier, "--checkpoint", *notes, told=MEASURED)
    seconds = time.monotonic() - began
    peak = int(re.findall(r"VmHWM:\s+(\d+) kB", done.stderr)[0]) / 1024
    tell(
        f"{MANY:,} entries ({file.stat().st_size / MEGABYTE:.0f} MB) and {len(notes)} checkpoints "
        f"verified offline in {seconds:.1f} s and {peak:.0f} MB"
    )
    assert (done.returncode, re.findall(r"entries: (\d+)", done.stdout)) == (0, [str(MANY)])
    assert seconds < MOST_SECONDS
    assert peak < MOST_MEGABYTES


def _as_usual(seq: int) -> StoredEntry:
    """An entry about as long as a decision's."""
    body = {
        "action": "approve", "by": f"{seq:016x}", "case": f"2026-{seq:06d}", "dest": "awarded",
        "facts": {"assigned": True, "duties": ["internal_auditor"], "relation": None},
        "reason": None, "role": "internal_auditor", "round": 1, "sentence": f"{seq:064x}",
        "stage": "internal_audit",
    }  # fmt: skip
    return stored_entry(seq, START + timedelta(minutes=seq), body)
