"""What newly fits the searches that colleagues follow, told once a day."""

from __future__ import annotations

import structlog

from adapters.folding import folding
from models.search.query import Search, asked_of
from operations import subscriptions

log = structlog.get_logger("plaudit.search")


def tell() -> None:
    """Look up every subscription that was not looked up today, some in a turn."""
    told = 0
    for subscription_id in subscriptions.waiting():
        search = Search.of(asked_of(subscriptions.given_of(subscription_id)), folding())
        try:
            told += subscriptions.tell(subscription_id=subscription_id, search=search)
        except Exception:  # the others hear of theirs
            log.exception("subscription failed", subscription=subscription_id)
    if told:
        log.info("subscribers told", count=told)
