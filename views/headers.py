"""Security headers on every answer. A view may set a stricter one itself; none is overwritten."""

from __future__ import annotations

from flask import Flask, Response, current_app, request

from config import Settings

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def init_app(app: Flask) -> None:
    app.after_request(_secure)


def _secure(response: Response) -> Response:
    for name, value in ALWAYS.items():
        response.headers.setdefault(name, value)
    settings: Settings = current_app.config["SETTINGS"]
    if settings.production:
        response.headers.setdefault("Strict-Transport-Security", "max-age=63072000")
    if not is_static(request.endpoint) or response.status_code >= 400:  # a refusal is a page too
        response.vary.add("Cookie")
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def is_static(endpoint: str | None) -> bool:
    """Whether the endpoint serves files of the installation, the same for everybody."""
    return endpoint is not None and endpoint.split(".")[-1] == "static"
