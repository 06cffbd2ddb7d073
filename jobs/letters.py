"""A message of the outbox as a letter: in the reader's language, with a link, as plain text.

Letters to customers are worded by `survey_letter`: who asks, why, the private link, and no more.
"""

from __future__ import annotations

from collections.abc import Callable
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr

from flask_babel import force_locale
from flask_babel import gettext as _

from models.outbox import Message
from models.surveys import SurveyLink
from words.days import day
from words.messages import told
from words.surveys import HEADINGS, WHAT_FOR, WHY
from workflow.vocabulary import Language

Link = Callable[..., str]  # endpoint and values -> the address that people open


def letter(message: Message, *, sender: str, link: Link) -> EmailMessage:
    """The letter for this message. Its Message-ID is the row's: the same letter twice is one."""
    person = message.person
    if person is None:
        raise ValueError("what goes to a customer is no message to a person")
    with force_locale(person.language):
        subject, sentence = told(message.kind, message.values, _case(message, person.language))
        body = "\n\n".join(
            (
                _("Hello %(name)s,", name=person.name),
                sentence,
                _address(message, link),
                _("This message was sent automatically; the same text stands in your inbox."),
                *_way_out(message, link),
            )
        )
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = Address(person.name, addr_spec=person.email or "")
    mail["Subject"] = subject
    mail["Date"] = message.created_at
    mail["Message-ID"] = f"<{message.message_id}@{parseaddr(sender)[1].partition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(body)
    mail["Content-Language"] = person.language.replace("_", "-")
    return mail


def survey_letter(
    message: Message, survey: SurveyLink, address: str, *, sender: str, who: str, link: str
) -> EmailMessage:
    """The letter with a customer's private link; their address stands in it and nowhere else."""
    with force_locale(survey.language.value):
        body = "\n\n".join(
            (
                _("Good day,"),
                str(WHY[survey.occasion]),
                _("It takes about a minute. This page is for you alone:"),
                link,
                _("It can be answered once, until %(day)s.", day=day(survey.expires_at)),
                str(WHAT_FOR),
                "\n".join((_("With kind regards"), who)),
            )
        )
        subject = str(HEADINGS[survey.occasion])
    own = parseaddr(sender)[1]
    mail = EmailMessage()
    mail["From"] = Address(who, addr_spec=own)
    mail["To"] = Address(addr_spec=address)
    mail["Subject"] = subject
    mail["Date"] = message.created_at
    mail["Message-ID"] = f"<{message.message_id}@{own.partition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(body)
    mail["Content-Language"] = survey.language.replace("_", "-")
    return mail


def _case(message: Message, language: str) -> dict[str, str]:
    """Number and award: what a letter may say about a case, for mail is read by others too."""
    nomination = message.nomination
    if nomination is None:
        return {}
    names = nomination.award.names
    return {
        "number": nomination.number,
        "award": names.get(language) or names[Language.EN],
    }


def _way_out(message: Message, link: Link) -> list[str]:
    """How to hear no more of a search."""
    if message.kind != "archive_news":
        return []
    address = link("subscriptions.by_letter", token=message.values["token"])
    return [_("To end this subscription:") + "\n" + address]


def _address(message: Message, link: Link) -> str:
    if message.kind == "archive_news":
        return link("archive.index", **message.values["given"])
    if message.kind == "invitation":
        return link("auth.invitation", token=message.values["token"])
    if message.kind == "receipt":
        return link("receipts.show", seq=message.values["receipt"])
    return link("inbox.index")
