"""Request bytes, with the constant part of the head prepared; headers of answers as values."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

from risk_manager.api.requests_encode import Call

USER_AGENT: Final = "risk-manager"


class RequestWriter:
    """Writes requests for one origin; the head of each path is built once per token."""

    def __init__(self, base_url: str) -> None:
        parts = urlsplit(base_url)
        self._host = parts.netloc.rpartition("@")[2]
        self._prefix = parts.path.rstrip("/")
        self._token: str | None = None
        self._heads: dict[str, bytes] = {}

    def request(self, call: Call, token: str | None) -> bytes:
        """Return the bytes of a call; `token` None leaves the Authorization header out."""
        if token != self._token:
            self._heads.clear()
            self._token = token
        head = self._heads.get(call.path)
        if head is None:
            head = self._heads[call.path] = self._head(call, token)
        return b"%b%d\r\n\r\n%b" % (head, len(call.body), call.body)

    def _head(self, call: Call, token: str | None) -> bytes:
        lines = [
            f"{call.method} {self._prefix}{call.path} HTTP/1.1",
            f"Host: {self._host}",
            f"User-Agent: {USER_AGENT}",
            "Accept: application/json",
            "Content-Type: application/json",
        ]
        if token is not None:
            lines.append(f"Authorization: Bearer {token}")
        return "\r\n".join([*lines, "Content-Length: "]).encode("ascii")


def http_date(text: str | None) -> datetime | None:
    """Return the instant of a `Date` header, None when absent or malformed."""
    if text is None:
        return None
    try:
        parsed = parsedate_to_datetime(text)
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def seconds(text: str | None) -> float | None:
    """Return a `Retry-After` in seconds, None when absent or a date (never seen here)."""
    if text is None or not (text.isascii() and text.strip().isdigit()):
        return None
    return float(text)
