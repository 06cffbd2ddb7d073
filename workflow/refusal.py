"""A "no" with its reason."""

from __future__ import annotations


class Refused(Exception):
    """An act that a rule refuses: a message id with values; `words.py` has the sentence."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.values = values
