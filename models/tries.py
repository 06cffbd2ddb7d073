"""Things on their way out of the house: sent once, and tried again when they were not taken."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Instant, Text

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)


class Tried:
    """The columns of a row that is sent, and how often it is tried."""

    most_tries: ClassVar[int]

    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    next_try_at: Mapped[datetime | None] = mapped_column(Instant)  # None: not to be tried any more
    tries: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)

    def taken(self, at: datetime) -> None:
        """The other side has it."""
        self.sent_at = self.sent_at or at
        self.next_try_at = self.last_error = None

    def refused(self, reason: str, at: datetime, *, for_good: bool) -> None:
        """It was not taken: later again, ever more slowly, a bounded number of times."""
        self.tries += 1
        self.last_error = reason
        ended = for_good or self.tries >= self.most_tries
        wait = min(FIRST_WAIT * 4 ** (self.tries - 1), LONGEST_WAIT)
        self.next_try_at = None if ended else at + wait
