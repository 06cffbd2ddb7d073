"""Typed settings from the environment. Production refuses to start without real secrets."""

from __future__ import annotations

import os
import secrets
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from ledger.note import Signer

KEY_LENGTH = 32
LEAST_LEASE = 5.0
MEGABYTE = 1024 * 1024


class Environment(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"


class Settings(BaseSettings):
    """Every setting of the product; `docs/operators/settings.md` explains each one."""

    model_config = SettingsConfigDict(
        env_prefix="PLAUDIT_",
        extra="ignore",
        frozen=True,
        populate_by_name=True,
        hide_input_in_errors=True,  # a secret must not end in a traceback
    )

    environment: Environment = Environment.DEVELOPMENT
    secret_key: SecretStr = SecretStr("")
    customer_keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    ledger_key: SecretStr = SecretStr("")
    demo: bool = False

    data_dir: Path = Path("var")
    database_url: str = Field(default="", validation_alias="DATABASE_URL")

    host: str = Field(default="127.0.0.1", validation_alias="HOST")
    port: int = Field(default=8000, ge=1, le=65535, validation_alias="PORT")
    base_url: str = ""
    trusted_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    proxy_hops: int = Field(default=0, ge=0, le=5)

    clock_offset: int = 0
    session_hours: int = Field(default=12, ge=1, le=24 * 30)

    max_file_mb: int = Field(default=10, ge=1, le=100)
    max_request_mb: int = Field(default=32, ge=1, le=500)

    evidence_url: str = ""
    evidence_endpoint: str = ""
    evidence_region: str = "us-east-1"
    evidence_key_id: str = ""
    evidence_secret: SecretStr = SecretStr("")

    smtp_host: str = ""
    smtp_port: int = Field(default=25, ge=1, le=65535)
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_starttls: bool = False
    mail_from: str = "Plaudit <plaudit@localhost>"

    webhooks_inside: bool = False

    worker_database_url: str = ""
    worker_interval: float = Field(default=15.0, gt=0, le=3600)

    @field_validator("trusted_hosts", mode="before")
    @classmethod
    def _split_hosts(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(host.strip() for host in value.split(",") if host.strip())
        return value

    @field_validator("customer_keys", mode="before")
    @classmethod
    def _split_keys(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(SecretStr(key.strip()) for key in value.split(",") if key.strip())
        return value

    @field_validator("database_url", "worker_database_url")
    @classmethod
    def _name_the_driver(cls, value: str) -> str:
        scheme, separator, rest = value.partition("://")
        if scheme in ("postgres", "postgresql"):
            return f"postgresql+psycopg{separator}{rest}"
        return value

    @field_validator("ledger_key")
    @classmethod
    def _read_the_key(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            Signer.read(value.get_secret_value())
        return value

    @field_validator("evidence_url")
    @classmethod
    def _name_a_bucket(cls, value: str) -> str:
        if value and not (value.startswith("s3://") and urlsplit(value).netloc):
            raise ValueError("is s3://bucket or s3://bucket/prefix, or empty for a folder")
        return value

    @model_validator(mode="after")
    def _fill_in(self) -> Self:
        """Defaults that depend on other settings; `frozen` guards everyone but this method."""
        data_dir = self.data_dir.absolute()
        filled: dict[str, Any] = {
            "data_dir": data_dir,
            "database_url": self.database_url or f"sqlite:///{data_dir / 'plaudit.db'}",
            "worker_database_url": self.worker_database_url
            or f"sqlite:///{data_dir / 'worker.db'}",
            "base_url": (self.base_url or f"http://{self.host}:{self.port}").rstrip("/"),
        }
        for name, value in filled.items():
            object.__setattr__(self, name, value)
        if not self.trusted_hosts:
            object.__setattr__(self, "trusted_hosts", self._own_hosts())
        return self

    @model_validator(mode="after")
    def _refuse_weak_production(self) -> Self:
        if self.environment is not Environment.PRODUCTION:
            return self
        key = self.secret_key.get_secret_value()
        if _is_weak(key):
            raise ValueError(
                f"PLAUDIT_SECRET_KEY needs {KEY_LENGTH} random characters or more in production"
            )
        keys = [each.get_secret_value() for each in self.customer_keys]
        if not keys or any(_is_weak(each) or each == key for each in keys):
            raise ValueError(
                f"PLAUDIT_CUSTOMER_KEYS needs {KEY_LENGTH} random characters or more in "
                "production, and none of its keys is PLAUDIT_SECRET_KEY"
            )
        if self.demo:
            raise ValueError("PLAUDIT_DEMO lets anybody in: it is refused in production")
        if self.clock_offset:
            raise ValueError("PLAUDIT_CLOCK_OFFSET moves the clock: it is refused in production")
        if self.evidence_endpoint.startswith("http://"):
            raise ValueError("PLAUDIT_EVIDENCE_ENDPOINT must be an https:// address in production")
        if not self.base_url.startswith("https://"):
            raise ValueError("PLAUDIT_BASE_URL must be an https:// address in production")
        return self

    @property
    def production(self) -> bool:
        return self.environment is Environment.PRODUCTION

    def customer_secrets(self) -> list[str]:
        """The keys of customers' details: the first seals, all open."""
        given = [key.get_secret_value() for key in self.customer_keys]
        return given or [_development_key(self.data_dir / "customer-key")]

    @property
    def worker_lease(self) -> timedelta:
        """How long a worker may be silent before it counts as dead."""
        return timedelta(seconds=max(4 * self.worker_interval, LEAST_LEASE))

    def flask(self) -> dict[str, Any]:
        """The same settings in the words of Flask and its extensions."""
        return {
            "SETTINGS": self,
            "SECRET_KEY": self._signing_key(),
            "TRUSTED_HOSTS": list(self.trusted_hosts),
            "MAX_CONTENT_LENGTH": self.max_request_mb * MEGABYTE,
            "MAX_FORM_MEMORY_SIZE": 2 * MEGABYTE,
            "MAX_FORM_PARTS": 2000,
            "PERMANENT_SESSION_LIFETIME": timedelta(hours=self.session_hours),
            "SESSION_COOKIE_NAME": "__Host-plaudit" if self.production else "plaudit",
            "SESSION_COOKIE_SECURE": self.production,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_PATH": "/",
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            # Statements in a log would carry what people wrote.
            "SQLALCHEMY_ENGINE_OPTIONS": {
                "hide_parameters": True,
                # A server may have gone and come back; a file is always there.
                "pool_pre_ping": not self.database_url.startswith("sqlite"),
            },
            "BABEL_DEFAULT_LOCALE": "en",
            "BOOTSTRAP_SERVE_LOCAL": True,
            # A form stays good for as long as its session: nobody loses text to a timer.
            "WTF_CSRF_TIME_LIMIT": None,
        }

    def _own_hosts(self) -> tuple[str, ...]:
        named = urlsplit(self.base_url).hostname or ""
        if self.production:
            return (named,)
        return tuple(dict.fromkeys((named, "localhost", "127.0.0.1", "[::1]")))

    def _signing_key(self) -> str:
        given = self.secret_key.get_secret_value()
        return given or _development_key(self.data_dir / "secret-key")


def mistakes(error: ValidationError) -> str:
    """What is wrong with the settings, a line each, for whoever has to set them right."""
    lines = []
    for each in error.errors(include_url=False, include_input=False, include_context=False):
        field = str(each["loc"][0]) if each["loc"] else ""
        name = field if field.isupper() or not field else f"PLAUDIT_{field.upper()}"
        said = each["msg"].removeprefix("Value error, ")
        lines.append(f"{name}: {said}" if name else said)
    return "\n".join(["The settings do not do:", *lines, "See docs/operators/settings.md."])


def _is_weak(key: str) -> bool:
    return len(key) < KEY_LENGTH or len(set(key)) < KEY_LENGTH // 3


def _development_key(path: Path) -> str:
    """A key made once and kept, so that a restart signs nobody out. Safe among processes."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(KEY_LENGTH))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first; its key counts
        finally:
            draft.unlink()
    return path.read_text()
