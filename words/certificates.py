"""What a certificate says, in its winner's language."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask_babel import force_locale, format_decimal
from flask_babel import gettext as _

from words.days import day
from words.metrics import METRIC_NAMES
from words.periods import period
from workflow.certificate import Certificate
from workflow.text import written_in
from workflow.vocabulary import Language

# What the seal shows: four characters, read from the right; in English a wreath.
SEALS = {Language.EN: "", Language.ZH_HANS: "光荣之章", Language.ZH_HANT: "光榮之章"}


def certificate_texts(certificate: Certificate, base_url: str) -> dict[str, Any]:
    """Every text of the certificate, as its template names them."""
    address = f"{base_url}/verify?{urlencode({'code': certificate.code})}"
    with force_locale(certificate.language):
        heading = _("Certificate of Honour")
        citation = _citation(certificate)
        return {
            "language": certificate.language.value,
            "title": _("%(what)s: %(name)s", what=heading, name=certificate.name),
            "organisation": certificate.organisation,
            "heading": heading,
            "before_name": _("This is to certify that"),
            "name": certificate.name,
            "team": _("with the team %(team)s", team=certificate.team) if certificate.team else "",
            "after_name": _("has won, for %(cycle)s, the", cycle=period(certificate.cycle)),
            "award": certificate.award,
            "tier": certificate.tier or "",
            "metal": certificate.metal,
            "citation": citation,
            "citation_language": language_of(citation, certificate.language),
            "closing": _("with the thanks and the respect of all colleagues."),
            "date": day(certificate.at.date()),
            "number_label": _("Case number"),
            "number": certificate.number,
            "code_label": _("Verification code"),
            "code": certificate.code,
            "check": _("Scan it, or type it at %(address)s", address=f"{base_url}/verify"),
            "address": address,
            "qr_alt": _("QR code that leads to the proof of this award"),
            "seal": SEALS[certificate.language],
            "seal_alt": _("Seal of the honour roll"),
        }


def file_name(certificate: Certificate) -> str:
    """A name that every file system takes."""
    return f"{certificate.number}-{certificate.person_id}.pdf"


def _citation(certificate: Certificate) -> str:
    if certificate.metric is not None and certificate.score is not None:
        metric = METRIC_NAMES[certificate.metric]
        return _("%(metric)s: %(score)s", metric=metric, score=format_decimal(certificate.score))
    return _("“%(title)s”", title=certificate.title) if certificate.title else ""


def language_of(text: str, reader: Language) -> str:
    """The language to set the text in: somebody else may have written it in theirs."""
    written = {"en": Language.EN, "zh-Hans": Language.ZH_HANS, "zh-Hant": Language.ZH_HANT}
    plain = Language.ZH_HANS if reader is Language.EN else reader
    return {**written, "zh": plain}.get(written_in(text) or "", reader).value
