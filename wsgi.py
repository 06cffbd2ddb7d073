"""What a WSGI server loads, and the commands."""

import sys

from pydantic import ValidationError

from app import create_app
from config import mistakes

try:
    app = create_app()
except ValidationError as error:
    sys.exit(mistakes(error))
