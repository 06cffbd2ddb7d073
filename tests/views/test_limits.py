"""Requests beyond the limits are refused with a written page, whatever is in them."""

from __future__ import annotations

import pytest
from flask import Flask

from config import MEGABYTE
from tests.fixtures.pages import Client


def test_a_request_that_is_too_large_gets_a_written_answer(app: Flask, client: Client) -> None:
    body = b"x" * (app.config["MAX_CONTENT_LENGTH"] + 1)
    answer = client.post("/language", data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413
    assert "<h1" in answer.text


def test_a_form_with_too_many_fields_is_refused(app: Flask, client: Client) -> None:
    fields = {f"field{n}": "x" for n in range(app.config["MAX_FORM_PARTS"] + 1)}
    answer = client.post("/language", data=fields, content_type="multipart/form-data")
    assert answer.status_code == 413


def test_a_form_with_too_much_text_is_refused(client: Client) -> None:
    answer = client.post("/language", data={"language": "x" * (2 * MEGABYTE + 1)})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "query", ["next=%00", "next=%ED%A0%80", "next=%FF%FE", "next=" + "x" * 5000, "a=1&a=2&%5B%5D"]
)
def test_an_odd_address_is_never_a_fault_of_ours(client: Client, query: str) -> None:
    assert client.get(f"/sign-in?{query}").status_code < 500


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_an_unexpected_method_is_never_a_fault_of_ours(client: Client, method: str) -> None:
    assert client.open("/language", method=method).status_code < 500
