"""The live gateway's REST side: one token, one budget, any number of channels."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

from risk_manager.api import requests_encode as encode
from risk_manager.api import translate_rows as rows
from risk_manager.api import wire
from risk_manager.api.auth import TokenSource
from risk_manager.api.auth_calls import AuthCalls, Credentials
from risk_manager.api.http_connection import HttpConnection
from risk_manager.api.http_socket import Mono
from risk_manager.api.line_doubt import LineDoubt
from risk_manager.api.rate_limit import RequestBudget
from risk_manager.api.rest_channel import RestChannel
from risk_manager.api.rest_exchange import RestExchange
from risk_manager.api.rest_reads import listed, translated
from risk_manager.domain.ports import Deliver
from risk_manager.domain.positions import AccountRow
from risk_manager.domain.requests import Priority


@dataclass(frozen=True, slots=True)
class ListedAccount:
    """An account of the login. `simulated` is None where the venue does not say."""

    row: AccountRow
    simulated: bool | None
    is_visible: bool | None


class RestGateway:
    """Fulfils `domain.ports.Broker`; `login` and `search_accounts` are for the start."""

    def __init__(
        self,
        base_url: str,
        credentials: Credentials,
        *,
        mono: Mono,
        deliver: Deliver,
        budget: RequestBudget | None = None,
        timeouts: encode.Timeouts | None = None,
    ) -> None:
        self._base_url = base_url
        self._mono = mono
        self._deliver = deliver
        self._timeouts = timeouts or encode.Timeouts()
        # One verifying context for all channels: reading the trusted roots takes longer than a
        # handshake. SSL_CERT_FILE names further roots.
        is_tls = urlsplit(base_url).scheme == "https"
        self._tls = ssl.create_default_context() if is_tls else None
        self.budget = budget or RequestBudget()
        self._doubt = LineDoubt()
        self.token = TokenSource(
            AuthCalls(
                base_url,
                self._tls,
                credentials,
                budget=self.budget,
                mono=mono,
                deliver=deliver,
            ),
            mono=mono,
            deliver=deliver,
        )

    def open_channel(self, name: str) -> RestChannel:
        """Return a new channel, not yet connected; `name` is for logs."""
        connection = HttpConnection(self._base_url, self._tls, self._mono, self._doubt)
        return RestChannel(
            name,
            connection,
            self._exchange(connection),
            mono=self._mono,
            deliver=self._deliver,
            timeouts=self._timeouts,
        )

    def login(self) -> None:
        """Get the first token; AuthError says what to do when there is none."""
        self.token.current()

    def doubt(self, heard_mono: float) -> None:
        """Build every connection anew that was not heard of since `heard_mono`, before its use."""
        self._doubt.raise_from(heard_mono)

    def search_accounts(self) -> list[ListedAccount]:
        """Return the login's accounts, inactive ones too; ReadFailedError says why it cannot."""
        connection = HttpConnection(self._base_url, self._tls, self._mono)
        try:
            call = encode.accounts_call(self._timeouts, only_active=False)
            reply = self._exchange(connection).call(call, Priority.SAFETY)
        finally:
            connection.close()
        return list(
            translated(listed(reply, "accounts"), "account", _account, reply, self._deliver)
        )

    def _exchange(self, connection: HttpConnection) -> RestExchange:
        return RestExchange(
            self._base_url,
            connection,
            token=self.token,
            budget=self.budget,
            mono=self._mono,
            deliver=self._deliver,
        )


def _account(raw: rows.Raw) -> ListedAccount:
    row = rows.decode(wire.ACCOUNT, raw)
    return ListedAccount(rows.account_row(raw), row.simulated, row.is_visible)
