"""What the simulated gateway's server can be told to do differently."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from risk_manager.gateway_sim.forms import OBSERVED, Forms
from risk_manager.gateway_sim.limits import LimitRules
from risk_manager.gateway_sim.options import ExchangeOptions
from risk_manager.gateway_sim.sessions import TOKEN_LIFE, Credentials


@dataclass(frozen=True, slots=True)
class HubTimes:
    """Real seconds; the defaults are ASP.NET Core's."""

    ping_s: float = 15.0
    silence_s: float = 30.0
    handshake_s: float = 15.0


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """Choices for one server; every default is the observed or documented behaviour.

    start: simulated now at the start; None takes the machine's now.
    speed: simulated seconds per real second; 0 stands still but for the control path.
    reject_has_order_id: a refused place carries an order id (documented), else null.
    closed_market_code: 2 as seen in practice, or 5 as documented, for a place while closed.
    hub_at_expiry: what a hub does when the token it was opened with expires.
    """

    seed: int = 1
    accounts: int = 1
    start: datetime | None = None
    speed: Decimal = Decimal(1)
    exchange: ExchangeOptions = field(default_factory=ExchangeOptions)
    credentials: Credentials = field(default_factory=Credentials)
    forms: Forms = OBSERVED
    limits: LimitRules = field(default_factory=LimitRules)
    hub_times: HubTimes = field(default_factory=HubTimes)
    token_life: timedelta = TOKEN_LIFE
    hub_at_expiry: Literal["survives", "closes", "logout"] = "survives"
    reject_has_order_id: bool = True
    closed_market_code: Literal[2, 5] = 2
