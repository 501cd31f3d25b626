"""Envelopes of REST answers: `success`, `errorCode`, `errorMessage` and one payload member.

Rows stay raw JSON here, so that one row that cannot be understood does not hide the others.
"""

from __future__ import annotations

from typing import Final

import msgspec


class Envelope(msgspec.Struct, frozen=True, rename="camel"):
    """What every answer with status 200 has; only `success` with code 0 is a success."""

    success: bool
    error_code: int
    error_message: str | None = None

    @property
    def is_ok(self) -> bool:
        """Whether the venue says yes in both members."""
        return self.success and self.error_code == 0


class LoginAnswer(Envelope, frozen=True, rename="camel"):
    """Auth/loginKey gives `token`, Auth/validate gives `newToken`."""

    token: str | None = None
    new_token: str | None = None


class ListAnswer(Envelope, frozen=True, rename="camel"):
    """Any list; a member that is null or absent was not read, an empty list is an empty list."""

    accounts: list[msgspec.Raw] | None = None
    orders: list[msgspec.Raw] | None = None
    positions: list[msgspec.Raw] | None = None
    trades: list[msgspec.Raw] | None = None
    bars: list[msgspec.Raw] | None = None


class ActionAnswer(Envelope, frozen=True, rename="camel"):
    """Any changing call; only Order/place gives an order id, also with a refusal."""

    order_id: int | None = None


class ContractAnswer(Envelope, frozen=True, rename="camel"):
    """Contract/searchById; `contract` is the text `null` when there is none."""

    contract: msgspec.Raw = msgspec.Raw(b"null")


class Problem(msgspec.Struct, frozen=True):
    """RFC 7807 details, the body of a 400 from Order/v2/query."""

    title: str | None = None
    detail: str | None = None


ACTION: Final = msgspec.json.Decoder(ActionAnswer)
LOGIN: Final = msgspec.json.Decoder(LoginAnswer)
LIST: Final = msgspec.json.Decoder(ListAnswer)
CONTRACT: Final = msgspec.json.Decoder(ContractAnswer)
PROBLEM: Final = msgspec.json.Decoder(Problem)
