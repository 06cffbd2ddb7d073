"""Every answer carries the headers that keep a browser safe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, Response

from app import create_app
from config import Settings
from models.base import db
from tests.fixtures.pages import Client


@pytest.fixture
def production(tmp_path: Path) -> Iterator[Flask]:
    app = create_app(
        Settings(
            environment="production",
            secret_key="8f1c0a7be2d94365f7a1c3d5e7092b4d",
            customer_keys="c07f3b1d5e8a49c2b6d0e4f8a1c57392",
            base_url="https://plaudit.example",
            data_dir=tmp_path,
            proxy_hops=1,
        )
    )
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("path", ["/healthz", "/no-such-page", "/static/x/css/page.css"])
def test_every_answer_carries_the_safe_headers(client: Client, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "*" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_pages_are_kept_by_no_cache(client: Client) -> None:
    page = client.get("/no-such-page").headers
    assert page["Cache-Control"] == "no-store"
    assert "Cookie" in page["Vary"]


def test_a_stricter_header_of_a_view_is_kept(app: Flask) -> None:
    with app.test_request_context("/healthz"):
        answer = Response("a file", headers={"Content-Security-Policy": "sandbox"})
        assert app.process_response(answer).headers["Content-Security-Policy"] == "sandbox"


def test_production_speaks_tls_only(production: Flask) -> None:
    client = production.test_client()
    proxied = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "plaudit.example"}
    answer = client.get("/language", headers=proxied)
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    assert production.config["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert production.config["SESSION_COOKIE_SECURE"] is True
    assert production.config["SESSION_COOKIE_SAMESITE"] == "Lax"


def test_another_host_name_is_refused_without_being_echoed_as_markup(production: Flask) -> None:
    client = production.test_client()
    answer = client.get("/healthz", headers={"X-Forwarded-Host": "evil.example"})
    assert answer.status_code == 400
    odd = client.get("/healthz", headers={"X-Forwarded-Host": "<b>evil</b>"})
    assert odd.status_code == 400
    assert "<b>" not in odd.text


def test_the_log_names_the_route_and_nobody(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", logger="plaudit.access"):
        answer = client.get("/healthz?email=li.na@example.org")
    (record,) = [entry.msg for entry in caplog.records if entry.name == "plaudit.access"]
    assert record["route"] == "/healthz"  # type: ignore[index]  # structlog hands over a mapping
    assert record["request_id"] == answer.headers["X-Request-ID"]  # type: ignore[index]  # as above
    assert "li.na" not in str(record)
