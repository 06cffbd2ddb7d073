"""Where evidence is kept: the same promises in a folder and in a bucket."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from pydantic import SecretStr

from adapters import evidence_store
from adapters.evidence import File
from adapters.evidence_store import Damaged, OutOfReach, Place, Store, store_of
from config import Settings
from tests.adversary.canaries import overheard
from tests.fixtures.s3 import BUCKET, Bucket
from tests.fixtures.unkind import SILENT, unkind

FILE = File("a.txt", "text/plain; charset=utf-8", "客户来信".encode())


def in_bucket(bucket: Bucket, path: str = f"{BUCKET}/kept") -> Store:
    return store_of(
        Settings(
            evidence_url=f"s3://{path}",
            evidence_endpoint=bucket.endpoint,
            evidence_key_id="key",
            evidence_secret=SecretStr("secret"),
        )
    )


def test_a_folder_keeps_a_file_once_under_its_hash_and_reads_it_back(tmp_path: Path) -> None:
    store = Store(tmp_path / "evidence")
    store.keep(FILE)
    store.keep(FILE)
    assert store.read(FILE.sha256) == FILE.data
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [
        hashlib.sha256(FILE.data).hexdigest()
    ]


def test_a_file_that_was_changed_or_lost_is_not_handed_out(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with pytest.raises(Damaged):
        store.read(FILE.sha256)
    store.keep(FILE)
    [path] = [path for path in tmp_path.rglob("*") if path.is_file()]
    path.write_bytes(FILE.data + b" ")
    with pytest.raises(Damaged):
        store.read(FILE.sha256)


def test_a_bucket_keeps_a_file_once_and_hands_out_only_what_its_name_says(bucket: Bucket) -> None:
    store = in_bucket(bucket)
    with pytest.raises(Damaged):
        store.read(FILE.sha256)
    store.keep(FILE)
    store.keep(FILE)
    assert store.read(FILE.sha256) == FILE.data
    digest = FILE.sha256
    status, listed = bucket.ask("GET", f"/{BUCKET}?list-type=2")
    assert status == 200
    assert listed.count("<Key>") == 1
    assert f"<Key>kept/{digest[:2]}/{digest}</Key>" in listed
    other = File("b.txt", "text/plain", b"another text")
    assert bucket.ask("PUT", f"/{BUCKET}/kept/{other.sha256[:2]}/{other.sha256}")[0] == 200
    store.keep(other)  # what stands there is never written over
    with pytest.raises(Damaged):
        store.read(other.sha256)


def test_a_bucket_out_of_reach_is_said_to_be_so_in_bounded_time(bucket: Bucket) -> None:
    store = in_bucket(bucket)
    with pytest.raises(OutOfReach):
        in_bucket(bucket, "no-such-bucket").keep(FILE)
    bucket.stop()
    for use in (lambda: store.keep(FILE), lambda: store.read(FILE.sha256)):
        with pytest.raises(OutOfReach):
            use()


def test_without_an_address_evidence_is_kept_in_the_data_folder(tmp_path: Path) -> None:
    store_of(Settings(data_dir=tmp_path)).keep(FILE)
    assert (tmp_path / "evidence" / FILE.sha256[:2] / FILE.sha256).read_bytes() == FILE.data


def test_the_secret_of_a_place_stands_in_no_message() -> None:
    assert "hush" not in repr(Place(Path("x"), secret="hush"))


def test_a_bucket_lists_what_is_ours_and_forgets_it(bucket: Bucket) -> None:
    store = in_bucket(bucket)
    assert list(store.listed()) == []
    store.keep(FILE)
    assert bucket.ask("PUT", f"/{BUCKET}/kept/readme.txt")[0] == 200
    assert [digest for digest, _since in store.listed()] == [FILE.sha256]
    store.forget(FILE.sha256)
    store.forget(FILE.sha256)
    assert list(store.listed()) == []
    assert "<Key>kept/readme.txt</Key>" in bucket.ask("GET", f"/{BUCKET}?list-type=2")[1]


@pytest.mark.parametrize(
    ("status", "code", "cause"),
    [
        (403, "SignatureDoesNotMatch", "the key is wrong, or may not do this"),
        (400, "InvalidAccessKeyId", "the key is wrong, or may not do this"),
        (404, "NoSuchBucket", "there is no such bucket"),
        (501, "NotImplemented", "the server answered 501"),
        pytest.param(SILENT, "", "no answer", marks=pytest.mark.prove),
    ],
)
def test_what_is_wrong_with_a_bucket_is_logged_without_the_servers_words(
    status: int, code: str, cause: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence_store, "PATIENCE", "1s")
    with unkind(status, code) as (address, asked), overheard() as heard:
        store = Store(Place(Path("x"), "s3://evidence", address, key_id="hush", secret="hush"))
        for use in (lambda: store.keep(FILE), lambda: store.read(FILE.sha256)):
            with pytest.raises(OutOfReach) as refused:
                use()
            assert refused.value.cause == cause
    assert asked
    assert heard.getvalue().count(cause) == 2
    assert not any(word in heard.getvalue() for word in ("hush", "127.0.0.1"))
