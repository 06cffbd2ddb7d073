"""What a WSGI server loads, and the commands."""

import gc
import sys

# Modules make objects that stay, and no rubbish: the collector waits, and passes them by later.
gc.disable()

from pydantic import ValidationError  # noqa: E402 — imported while the collector waits

from app import create_app  # noqa: E402 — the same
from config import mistakes  # noqa: E402 — the same

try:
    app = create_app()
except ValidationError as error:
    sys.exit(mistakes(error))
gc.freeze()
gc.enable()
