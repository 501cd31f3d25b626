"""A small client for the tests: REST over http.client, the hubs over websocket-client.

It shares no code with the product's own client, so that one misreading cannot hide in both.
"""

import http.client
import json
import ssl
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import websocket

from risk_manager.gateway_sim.server import SimServer

SEPARATOR = "\x1e"
ENQ = "CON.F.US.ENQ.Z26"

ENDED = (websocket.WebSocketConnectionClosedException, ConnectionError)
"""What reading from a connection raises that the server has ended; not a time-out."""


class Answer(NamedTuple):
    """An HTTP answer; `body` is decoded JSON with exact numbers, None when empty."""

    status: int
    headers: dict[str, str]
    body: Any
    text: str


class Rest:
    """One keep-alive connection."""

    def __init__(self, server: SimServer, tls: ssl.SSLContext | None = None) -> None:
        address = urlsplit(server.api_url)
        assert address.hostname
        if address.scheme == "https":
            self._http: http.client.HTTPConnection = http.client.HTTPSConnection(
                address.hostname, address.port, timeout=10, context=tls
            )
        else:
            self._http = http.client.HTTPConnection(address.hostname, address.port, timeout=10)
        self.server = server
        self.token: str | None = None

    def send(
        self, path: str, body: Any = None, method: str = "POST", token: str | None = None
    ) -> Answer:
        """Send any request; a text or bytes body goes as it is."""
        headers = {"Content-Type": "application/json"}
        token = token or self.token
        if token:
            headers["Authorization"] = f"Bearer {token}"
        data = body if isinstance(body, bytes | str | None) else json.dumps(body, default=float)
        self._http.request(method, path, data, headers)
        reply = self._http.getresponse()
        text = reply.read().decode()
        is_json = "json" in reply.headers.get("Content-Type", "")
        parsed = json.loads(text, parse_float=Decimal) if is_json else None
        return Answer(reply.status, dict(reply.headers), parsed, text)

    def log_in(self) -> None:
        """Log in and keep the token."""
        answer = self.post(
            "/api/Auth/loginKey", userName=self.server.username, apiKey=self.server.api_key
        )
        self.token = answer["token"]

    def post(self, path: str, **members: Any) -> dict[str, Any]:
        """Post members and return the body of the 200 answer."""
        answer = self.send(path, members)
        assert answer.status == 200, answer
        assert isinstance(answer.body, dict)
        return answer.body

    def close(self) -> None:
        """Close the connection."""
        self._http.close()


class Hub:
    """One hub connection without negotiation."""

    def __init__(
        self,
        url: str,
        token: str | None,
        *,
        connection_id: str | None = None,
        handshake: bool = True,
        sslopt: dict[str, Any] | None = None,
    ) -> None:
        query = f"?access_token={token}" if token else "?"
        if connection_id:
            query += f"&id={connection_id}"
        address = "ws" + url.removeprefix("http") + query
        self.socket = websocket.create_connection(address, timeout=5, sslopt=sslopt)
        self._waiting: list[dict[str, Any]] = []
        self._tail = ""
        self._calls = 0
        if handshake:
            self.send({"protocol": "json", "version": 1})
            assert self.next() == {}

    def send(self, *messages: dict[str, Any]) -> None:
        """Send records, all in one WebSocket message."""
        self.socket.send("".join(json.dumps(message) + SEPARATOR for message in messages))

    def next(self) -> dict[str, Any]:
        """Return the next record; raises WebSocketConnectionClosedException at the end."""
        while not self._waiting:
            received = self.socket.recv()
            if received == "":
                raise websocket.WebSocketConnectionClosedException("closed")
            assert isinstance(received, str)
            *records, self._tail = (self._tail + received).split(SEPARATOR)
            self._waiting += [json.loads(record, parse_float=Decimal) for record in records]
        return self._waiting.pop(0)

    def until(self, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Return the next record that fits; the others are lost."""
        while not fits(message := self.next()):
            pass
        return message

    def event(self, target: str) -> list[Any]:
        """Return the arguments of the next call of a handler."""
        return list(self.until(lambda message: message.get("target") == target)["arguments"])

    def call(self, method: str, *arguments: Any) -> dict[str, Any]:
        """Call a method and return its completion."""
        self._calls += 1
        call_id = str(self._calls)
        self.send(
            {"type": 1, "target": method, "arguments": list(arguments), "invocationId": call_id}
        )
        return self.until(lambda m: m.get("type") == 3 and m["invocationId"] == call_id)

    def subscribe_user(self, account_id: int) -> "Hub":
        """Subscribe the four streams of an account."""
        assert self.call("SubscribeAccounts")["result"] == 0
        for stream in ("Orders", "Positions", "Trades"):
            assert self.call(f"Subscribe{stream}", account_id)["result"] == 0
        return self

    def nothing_for(self, seconds: float) -> bool:
        """Whether no record arrives for so long."""
        self.socket.settimeout(seconds)
        try:
            self.next()
        except websocket.WebSocketTimeoutException:
            return True
        finally:
            self.socket.settimeout(5)
        return False

    def close(self) -> None:
        """Close the connection."""
        self.socket.close()
        self.socket.shutdown()  # close leaves it open after the server's close frame
