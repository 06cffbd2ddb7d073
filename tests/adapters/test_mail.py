"""Handing mail to a real server: what it takes, and what its refusals mean."""

from __future__ import annotations

import socket
from email.message import EmailMessage

import pytest

from adapters.mail import Server, Undelivered, deliver
from tests.fixtures.mail import Postbox


def mail(to: str = "li.na@example.org") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "plaudit@example.org", to, "您好，李娜"
    message["Message-ID"] = "<1@example.org>"
    message.set_content("案件已經通過內部審核。")
    return message


def test_a_message_arrives_as_it_was_written(postbox: Postbox) -> None:
    deliver(Server(postbox.host, postbox.port), mail())
    (arrived,) = postbox.messages
    assert arrived["Subject"] == "您好，李娜"
    assert arrived["Message-ID"] == "<1@example.org>"
    assert arrived.get_content().strip() == "案件已經通過內部審核。"


@pytest.mark.parametrize(
    ("answer", "reason", "for_good"),
    [
        ("451 Try again later", "refused (451)", False),
        ("550 No such mailbox", "refused (550)", True),
        ("554 Looks like spam", "refused (554)", True),
    ],
)
def test_a_refusal_is_for_good_when_the_server_says_so(
    postbox: Postbox, answer: str, reason: str, for_good: bool
) -> None:
    postbox.refusals.append(answer)
    with pytest.raises(Undelivered) as refused:
        deliver(Server(postbox.host, postbox.port), mail())
    assert (refused.value.reason, refused.value.for_good) == (reason, for_good)
    assert postbox.messages == []


def test_a_refused_recipient_is_not_named_in_the_reason(postbox: Postbox) -> None:
    postbox.refused_recipients = {"gone@example.org"}
    with pytest.raises(Undelivered) as refused:
        deliver(Server(postbox.host, postbox.port), mail("gone@example.org"))
    assert refused.value.reason == "recipient refused (550)"
    assert refused.value.for_good


def test_a_server_that_is_away_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(Undelivered, match="server unreachable") as refused:
        deliver(Server("127.0.0.1", port), mail())
    assert not refused.value.for_good


def test_mail_is_not_sent_in_the_clear_when_tls_was_asked_for(postbox: Postbox) -> None:
    with pytest.raises(Undelivered) as refused:
        deliver(Server(postbox.host, postbox.port, starttls=True), mail())
    assert refused.value.for_good
    assert postbox.messages == []
