"""The list of conduct records says which of them a correction has overturned, and when."""

from __future__ import annotations

from flask import Flask

from models.base import db
from models.people import Person
from tests.builders import make_person, make_scheme
from tests.fixtures.pages import Client
from tests.operations.test_conduct import HEADER, bring_in
from workflow.vocabulary import Duty


def test_a_record_corrected_later_is_marked_with_the_day_and_since_when(
    app: Flask, client: Client
) -> None:
    with app.app_context():
        make_scheme()
        reviewer = make_person("Policy", duties=(Duty.POLICY_REVIEWER,))
        who = db.session.get_one(Person, make_person("Diane")).employee_number
        bring_in(f"{who},2026-01-05,complaint,yes,C1", f"{who},2026-01-06,breach,yes,B1")
        bring_in(f"{who},2026-01-05,complaint,no,C1")
        bring_in(f"{who},2026-01-06,breach,no,B1,2026-02-01", header=f"{HEADER},effective_from")
    client.sign_in(reviewer)
    page = client.get("/manage/conduct").text
    assert page.count("<s>Yes</s>") == 1  # what was wrong was never right
    assert page.count("this holds no longer") == 1
    assert page.count("the correction holds from") == 1
    assert '<time datetime="2026-02-01">' in page
