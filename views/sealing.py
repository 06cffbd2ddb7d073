"""The sealer of this application."""

from __future__ import annotations

from flask import current_app

from adapters.sealing import Sealer


def sealer() -> Sealer:
    """Seals and opens customers' details with the keys from the settings."""
    found: Sealer = current_app.config["SEALER"]
    return found
