"""What the kinds of public records are called, and why parts of them are withheld."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from workflow.publication import PublicKind, Withheld

KINDS: dict[PublicKind, LazyString] = {
    PublicKind.CASE: _l("Cases"),
    PublicKind.FEEDBACK: _l("Feedback"),
    PublicKind.CHANGE: _l("Changes of the scheme"),
    PublicKind.TIER_LIST: _l("Rankings"),
    PublicKind.ROUND: _l("Results of questionnaires"),
    PublicKind.FAIRNESS: _l("Fairness reports"),
}
WHY_WITHHELD: dict[Withheld, LazyString] = {
    Withheld.REFUSED: _l(
        "The title, the claims and the names: this case was not awarded, and the archive names "
        "those who are honoured."
    ),
    Withheld.UNPLACED: _l("Titles and names of cases that were not awarded."),
    Withheld.DECIDERS: _l("Who decided: the archive shows their duty, not their name."),
    Withheld.EVIDENCE: _l(
        "The evidence and the auditors' notes: they speak of colleagues and customers."
    ),
    Withheld.CUSTOMER: _l(
        "Who the customer is and what they wrote, except for words that were released."
    ),
    Withheld.DATES: _l(
        "The hour of what the external audit did: with it a customer could be recognised. The day "
        "is shown."
    ),
    Withheld.OBJECTOR: _l("Who objected, unless they wanted to be named."),
    Withheld.PARTIES: _l("What the parties wrote to the arbiter."),
    Withheld.CONDUCT: _l("What the conduct and attendance records hold; the outcome is shown."),
    Withheld.AUTHOR: _l("Who wrote it, unless they wanted to be named."),
    Withheld.ERASED: _l("A text that was erased. Its entry stays in the ledger."),
}
