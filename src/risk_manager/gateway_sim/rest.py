"""The REST side without sockets: path, token and body in, answer out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from risk_manager.gateway_sim import (
    rest_auth,
    rest_market,
    rest_order_lists,
    rest_orders,
    rest_positions,
)
from risk_manager.gateway_sim.fields import BadRequestError, Fields
from risk_manager.gateway_sim.limits import RateLimits
from risk_manager.gateway_sim.rest_context import Call, Endpoint
from risk_manager.gateway_sim.rest_reply import Reply, problem, too_many, unauthorized
from risk_manager.gateway_sim.sessions import Sessions
from risk_manager.gateway_sim.venue import Venue

ENDPOINTS: Final[dict[str, Endpoint]] = {
    path.casefold(): endpoint
    for table in (
        rest_auth.ENDPOINTS,
        rest_market.ENDPOINTS,
        rest_orders.ENDPOINTS,
        rest_order_lists.ENDPOINTS,
        rest_positions.ENDPOINTS,
    )
    for path, endpoint in table.items()
}
"""Every REST path, lower case: the venue's router takes any letter case."""


class RestApi:
    """Authentication, limits and binding in front of the endpoints."""

    def __init__(
        self,
        venue: Venue,
        sessions: Sessions,
        limits: RateLimits,
        mono: Callable[[], float],
    ) -> None:
        self._venue = venue
        self._sessions = sessions
        self._limits = limits
        self._mono = mono

    def answer(self, method: str, path: str, token: str | None, body: bytes) -> Reply:
        """Answer one call: 404, 405, 401, 429 and 400 in this order, else the endpoint."""
        endpoint = ENDPOINTS.get(path.casefold())
        if endpoint is None:
            return Reply(404)
        if method != endpoint.method:
            return Reply(405, headers={"Allow": endpoint.method})
        caller = ""
        if endpoint.needs_token:
            if token is None or self._sessions.expiry(token, self._venue.now()) is None:
                return unauthorized(token_given=token is not None)
            caller = token
        if not self._limits.admit(caller, self._mono(), bars=endpoint.bars_limit):
            return too_many(retry_after=self._limits.rules.retry_after)
        try:
            return endpoint.answer(Call(self._venue, self._sessions, caller, Fields.parse(body)))
        except BadRequestError as error:
            return problem(error, path)


def bearer(header: str | None) -> str | None:
    """Return the token of an `Authorization` header, None when there is none."""
    scheme, _, token = (header or "").partition(" ")
    return token.strip() if scheme.casefold() == "bearer" and token.strip() else None
