"""A worker killed in the middle of its mail loses nothing: another one takes it over."""

from __future__ import annotations

import pytest

from jobs.mail import AT_ONCE
from tests.builders import make_person
from tests.fixtures.mail import Postbox
from tests.fixtures.worker import Start, until
from tests.jobs.test_worker import all_sent, invite, messages

pytestmark = [
    pytest.mark.prove,
    pytest.mark.usefixtures("context"),
    pytest.mark.both_databases,
]
MAILS = 24


def test_a_killed_worker_loses_no_mail(start_worker: Start, postbox: Postbox) -> None:
    """What was under way may arrive twice, but under the same Message-ID."""
    postbox.seconds_per_message = 0.2
    for _ in range(MAILS):
        invite(make_person())
    worker = start_worker(postbox)
    until(lambda: len(postbox.messages) >= MAILS // 4)
    worker.kill()
    worker.wait()
    assert not all_sent()
    start_worker(postbox)
    until(all_sent)
    arrived = [mail["Message-ID"].split("@")[0] for mail in postbox.messages]
    assert set(arrived) == {f"<{message.message_id}" for message in messages()}
    assert MAILS <= len(arrived) <= MAILS + AT_ONCE
