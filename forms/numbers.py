"""Numbers and moments in forms, with sentences of our own when they do not read as one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, DecimalField, IntegerField
from wtforms.validators import NumberRange, StopValidation, ValidationError

WHOLE = _l("Write a whole number.")
NUMBER = _l("Write a number, with a point before its decimals.")
MOMENT = _l("Choose a day and a time.")
LARGEST = 1_000_000
FIRST_YEAR, LAST_YEAR = 2000, 2199


class Within(NumberRange):
    """A number between two others, both included."""

    def __init__(self, least: Any, most: Any = LARGEST) -> None:
        super().__init__(least, most, _l("Choose a number from %(min)s to %(max)s."))

    def __call__(self, form: Any, field: Any) -> None:
        if field.process_errors:
            raise StopValidation  # what does not read as a number has its sentence already
        try:
            super().__call__(form, field)
        except OverflowError:  # a whole number of some hundred digits
            said = {"min": self.min, "max": self.max}
            raise ValidationError(str(self.message) % said) from None


class Plausible:
    """A year that every time zone can reckon with."""

    def __call__(self, form: Any, field: Any) -> None:
        given: date | None = field.data
        if given is not None and not FIRST_YEAR <= given.year <= LAST_YEAR:
            raise ValidationError(
                _l("Choose a year from %(first)s to %(last)s.", first=FIRST_YEAR, last=LAST_YEAR)
            )


class WholeNumber(IntegerField):
    """A whole number."""

    MISSING = WHOLE

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(WHOLE) from None


class Number(DecimalField):
    """A decimal; left blank it is None. Typed with a point in every language."""

    MISSING = NUMBER

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, places=None, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not typed:
            return
        try:
            number = Decimal(typed)
        except InvalidOperation:
            raise ValueError(NUMBER) from None
        if not number.is_finite():
            raise ValueError(NUMBER)
        self.data = number


class Moment(DateTimeLocalField):
    """A day and a time on the scheme's clock; `instant` is that moment in UTC."""

    MISSING = MOMENT

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
        super().__init__(label, validators, format=formats, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(MOMENT) from None

    def instant(self, zone: ZoneInfo) -> datetime:
        moment: datetime = self.data
        return moment.replace(tzinfo=zone).astimezone(UTC)

    def exists(self, zone: ZoneInfo) -> bool:
        """Whether the clock shows this time: an hour is missing when summer time begins."""
        return bool(self.instant(zone).astimezone(zone).replace(tzinfo=None) == self.data)
