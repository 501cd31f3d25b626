"""Answers of the REST side: the envelope, problem details, bare status codes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from risk_manager.gateway_sim.fields import BadRequestError
from risk_manager.gateway_sim.model import Answer
from risk_manager.gateway_sim.wire_text import encode

JSON = "application/json; charset=utf-8"
PROBLEM_JSON = "application/problem+json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer before it is sent; `headers` are those beside Date and Content-Length."""

    status: int
    body: bytes = b""
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)


def envelope(code: int = 0, message: str | None = None, **payload: Any) -> Reply:
    """Return HTTP 200 with the payload and the three members of every answer."""
    members = {**payload, "success": code == 0, "errorCode": int(code), "errorMessage": message}
    return Reply(200, encode(members))


def from_answer(answer: Answer) -> Reply:
    """Return the envelope of an answer without a payload."""
    return envelope(answer.code, answer.message)


def problem(error: BadRequestError, path: str) -> Reply:
    """Return HTTP 400 with problem details (RFC 7807), as `Order/v2/query` was seen to do."""
    members = {
        "type": "https://tools.ietf.org/html/rfc9110#section-15.5.1",
        "title": "One or more validation errors occurred.",
        "status": 400,
        "detail": error.detail,
        "instance": path,
        "errors": {error.field: [error.detail]},
    }
    return Reply(400, encode(members), PROBLEM_JSON)


def unauthorized(*, token_given: bool) -> Reply:
    """Return HTTP 401; the header was seen on a refused negotiation, the body is unknown."""
    challenge = "Bearer"
    if token_given:
        challenge += ' error="invalid_token", error_description="The signature key was not found"'
    return Reply(401, headers={"WWW-Authenticate": challenge})


def too_many(*, retry_after: bool) -> Reply:
    """Return HTTP 429; body and header are undocumented."""
    return Reply(429, headers={"Retry-After": "1"} if retry_after else {})
