"""Links by which a screen in the hall shows the honour roll, with nobody signed in on it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from models.base import Base, Instant, Text, db, word
from models.ledger import Recorded, Wording
from models.people import Person, token_hash
from workflow.vocabulary import Language


class DisplayLink(Recorded, Base):
    """One secret address for one screen, in one language; only the token's hash is stored."""

    __tablename__ = "display_link"
    ledger_kind = "display_link_made"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    language: Mapped[Language] = mapped_column(word(Language))
    place_id: Mapped[int] = mapped_column(ForeignKey("wording.id"))  # where the screen hangs
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    place: Mapped[Wording] = relationship()
    by: Mapped[Person] = relationship()
    withdrawal: Mapped[DisplayWithdrawal | None] = relationship(back_populates="link")

    def ledger_body(self) -> dict[str, object]:
        return {
            "token": self.token_hash,
            "language": self.language.value,
            "place": self.place.commitment,
            "by": self.by.key,
        }


class DisplayWithdrawal(Recorded, Base):
    """The end of a link: the screen shows nothing any more."""

    __tablename__ = "display_withdrawal"
    ledger_kind = "display_link_withdrawn"

    id: Mapped[int] = mapped_column(primary_key=True)
    link_id: Mapped[int] = mapped_column(ForeignKey("display_link.id"), unique=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    link: Mapped[DisplayLink] = relationship(back_populates="withdrawal")
    by: Mapped[Person] = relationship()

    def ledger_body(self) -> dict[str, object]:
        return {"link": self.link.ledger_seq, "by": self.by.key}


def links() -> list[DisplayLink]:
    """Every link ever made, those in use first, then the latest first."""
    query = (
        select(DisplayLink)
        .outerjoin(DisplayLink.withdrawal)
        .order_by(DisplayWithdrawal.id.is_not(None), DisplayLink.id.desc())
        .options(
            joinedload(DisplayLink.place),
            joinedload(DisplayLink.by),
            joinedload(DisplayLink.withdrawal).joinedload(DisplayWithdrawal.by),
        )
    )
    return list(db.session.scalars(query))


def in_use() -> Select[DisplayLink]:
    """The links that open the wall display now."""
    return select(DisplayLink).where(~DisplayLink.withdrawal.has())


def by_token(token: str) -> DisplayLink | None:
    """The link that this token opens; None once it is withdrawn."""
    query = select(DisplayLink).where(
        DisplayLink.token_hash == token_hash(token), ~DisplayLink.withdrawal.has()
    )
    return db.session.scalar(query)
