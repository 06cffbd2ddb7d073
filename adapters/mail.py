"""Mail by SMTP: one message, handed to one server."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage

PATIENCE = 20  # seconds for every answer of the server
PERMANENT = 500  # SMTP: a reply from here on will not change by asking again


@dataclass(frozen=True)
class Server:
    """Where mail is handed in."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    starttls: bool = False


class Undelivered(Exception):
    """The server did not take it. `reason` is a code without anything personal."""

    def __init__(self, reason: str, *, for_good: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.for_good = for_good


def deliver(server: Server, message: EmailMessage) -> None:
    """Hand the message to the server; raises Undelivered."""
    try:
        with smtplib.SMTP(server.host, server.port, timeout=PATIENCE) as connection:
            if server.starttls:
                connection.starttls(context=ssl.create_default_context())
            if server.user:
                connection.login(server.user, server.password)
            connection.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        code = max(code for code, _ in error.recipients.values())
        raise Undelivered(f"recipient refused ({code})", for_good=code >= PERMANENT) from error
    except smtplib.SMTPAuthenticationError as error:
        # The operator's mistake, not the message's: it is worth trying again once mended.
        raise Undelivered(f"sign-in refused ({error.smtp_code})") from error
    except smtplib.SMTPResponseException as error:
        code = error.smtp_code
        raise Undelivered(f"refused ({code})", for_good=code >= PERMANENT) from error
    except smtplib.SMTPNotSupportedError as error:
        raise Undelivered("not supported by the server", for_good=True) from error
    except (smtplib.SMTPException, OSError) as error:
        raise Undelivered("server unreachable") from error
