"""What a WSGI server loads, and the commands."""

import gc
import sys

# Modules make objects that stay, and no rubbish: the collector waits, and passes them by later.
gc.disable()

from pydantic import ValidationError  # noqa: E402 — imported while the collector waits

from config import Settings, mistakes  # noqa: E402 — the same

try:
    settings = Settings()
except ValidationError as error:
    sys.exit(mistakes(error))  # before what takes long

from app import create_app  # noqa: E402 — the same

app = create_app(settings)
gc.freeze()
gc.enable()
