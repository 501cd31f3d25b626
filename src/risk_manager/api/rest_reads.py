"""Answers of read calls: list members to domain rows, or the reason why nothing was read.

Unknown is not absence: a list with one row that cannot be understood was not read, and a list
that is null was not read either.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec

from risk_manager.api import translate_rows as rows
from risk_manager.api import wire_answers
from risk_manager.api.rest_exchange import Reply
from risk_manager.api.translate import protocol_error
from risk_manager.domain.errors import RiskManagerError
from risk_manager.domain.ports import Deliver

Row = TypeVar("Row")
Answer = TypeVar("Answer", bound=wire_answers.Envelope)


class ReadFailedError(RiskManagerError):
    """A read gave no usable answer; `status` is its HTTP status, None when none came."""

    def __init__(self, problem: str, status: int | None) -> None:
        super().__init__(problem)
        self.status = status


def opened(reply: Reply, decoder: msgspec.json.Decoder[Answer]) -> Answer:
    """Return the answer's body if the call succeeded; ReadFailedError otherwise."""
    if reply.status is None:
        raise ReadFailedError(f"{reply.failure}: {reply.detail}", None)
    if reply.status != 200:
        said = problem_text(reply.body)
        raise ReadFailedError(f"HTTP {reply.status}" + (f": {said}" if said else ""), reply.status)
    try:
        body = rows.decode(decoder, reply.body)
    except rows.WireError as error:
        raise ReadFailedError(f"malformed answer: {error}", reply.status) from error
    if not body.is_ok:
        said = f": {body.error_message}" if body.error_message else ""
        raise ReadFailedError(f"refused, code {body.error_code}{said}", reply.status)
    return body


def listed(reply: Reply, member: str) -> list[msgspec.Raw]:
    """Return the raw rows of a list answer; ReadFailedError when there is no list."""
    found: list[msgspec.Raw] | None = getattr(opened(reply, wire_answers.LIST), member)
    if found is None:
        raise ReadFailedError(f"the answer has no {member}", reply.status)
    return found


def translated(
    raw_rows: list[msgspec.Raw],
    entity: str,
    to_row: Callable[[rows.Raw], Row],
    reply: Reply,
    deliver: Deliver,
) -> tuple[Row, ...]:
    """Return all rows; every row not understood is delivered, then ReadFailedError is raised."""
    good: list[Row] = []
    problem = ""
    for raw in raw_rows:
        try:
            good.append(to_row(raw))
        except rows.WireError as error:
            problem = str(error)
            deliver(protocol_error(entity, problem, raw))
    if problem:
        raise ReadFailedError(f"{entity} not understood: {problem}", reply.status)
    return tuple(good)


def problem_text(body: bytes) -> str | None:
    """Return title and detail of an error body, None when it is of another form."""
    try:
        problem = rows.decode(wire_answers.PROBLEM, body)
    except rows.WireError:
        return None
    return ": ".join(text for text in (problem.title, problem.detail) if text) or None
