"""Sealing everything anew with the first key, so that an older one can go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from adapters.sealing import Sealer
from models.base import db
from models.customers import Customer, CustomerReference
from models.feedback import SealedAuthor
from models.questionnaires import BallotBox, Round
from models.surveys import CustomerWords
from operations import customers
from operations.slices import slices
from operations.transaction import Transaction, operation

AT_ONCE = 200  # rows in one transaction: nobody waits long, and it can be taken up again


def reseal(sealer: Sealer) -> Iterator[tuple[int, int]]:
    """Seal every row anew that another key sealed: yields how many of how many looked at.

    The digests of customers' references go along. Raises Unsealable.
    """
    for ids in slices(_sealed(Customer), AT_ONCE):
        yield _customers(sealer=sealer, ids=ids), len(ids)
    for ids in slices(_sealed(CustomerWords), AT_ONCE):
        yield _words(sealer=sealer, ids=ids), len(ids)
    for round_id in db.session.scalars(select(BallotBox.round_id)).all():
        yield _box(sealer=sealer, round_id=round_id), 1
    authors = db.session.scalars(select(SealedAuthor.feedback_id)).all()
    for ids in slices(authors, AT_ONCE):
        yield _authors(sealer=sealer, ids=ids), len(ids)


def _sealed(model: type[Customer | CustomerWords]) -> Sequence[int]:
    return db.session.scalars(select(model.id).where(model.sealed.is_not(None))).all()


@operation
def _customers(tx: Transaction, *, sealer: Sealer, ids: Sequence[int]) -> int:
    done = 0
    for customer in tx.session.scalars(select(Customer).where(Customer.id.in_(ids))):
        if customer.sealed is None or sealer.is_current(customer.sealed):
            continue
        known = customers.particulars(sealer, customer)
        customer.sealed = known.seal(sealer, customer.number)
        customer.references = [
            CustomerReference(digest=sealer.digest(each)) for each in known.references
        ]
        done += 1
    return done


@operation
def _box(tx: Transaction, *, sealer: Sealer, round_id: int) -> int:
    box = tx.session.get(BallotBox, round_id)
    if box is None or sealer.is_current(box.sealed):
        return 0
    bound_to = tx.session.get_one(Round, round_id).bound_to
    box.sealed = sealer.seal(sealer.open(box.sealed, bound_to), bound_to)
    return 1


@operation
def _words(tx: Transaction, *, sealer: Sealer, ids: Sequence[int]) -> int:
    done = 0
    for words in tx.session.scalars(select(CustomerWords).where(CustomerWords.id.in_(ids))):
        if words.sealed is None or sealer.is_current(words.sealed):
            continue
        said = sealer.open(words.sealed, words.bound_to)
        words.sealed = sealer.seal(said, words.bound_to)
        done += 1
    return done


@operation
def _authors(tx: Transaction, *, sealer: Sealer, ids: Sequence[int]) -> int:
    """Names of confidential authors, each bound to its commitment in the ledger."""
    done = 0
    for author in tx.session.scalars(
        select(SealedAuthor)
        .where(SealedAuthor.feedback_id.in_(ids))
        .options(joinedload(SealedAuthor.feedback))
    ):
        bound_to = author.feedback.author_commitment or ""
        if not sealer.is_current(author.sealed):
            author.sealed = sealer.seal(sealer.open(author.sealed, bound_to), bound_to)
            done += 1
    return done
