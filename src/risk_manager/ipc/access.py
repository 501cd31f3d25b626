"""Who may ask: the Host a request names, and the right its token gives."""

from __future__ import annotations

import hmac
from email.message import Message
from typing import Literal

from risk_manager.ipc.run_folder import Tokens

Right = Literal["read", "admin"]


def names_us(headers: Message, port: int) -> bool:
    """Whether the Host header names loopback: a web page of another name must not reach us."""
    hosts = headers.get_all("Host", [])
    return len(hosts) == 1 and hosts[0] in {f"127.0.0.1:{port}", f"localhost:{port}"}


def right_of(headers: Message, tokens: Tokens) -> Right | None:
    """What the bearer's token allows; None for no token, a wrong one or another scheme."""
    scheme, _, given = headers.get("Authorization", "").partition(" ")
    found = given.strip().encode()
    fits_read = hmac.compare_digest(found, tokens.read.encode())
    fits_admin = hmac.compare_digest(found, tokens.admin.encode())
    if scheme != "Bearer" or not (fits_read or fits_admin):
        return None
    return "admin" if fits_admin else "read"
