"""A stage for the demo's trader and judge without the daemon: a guard by hand, virtual time."""

import json
import urllib.request
from decimal import Decimal
from typing import Any

from risk_manager.cli.demo_config import RULES, START
from risk_manager.cli.demo_judge import Ruling, rule_on
from risk_manager.gateway_sim.options_server import ServerOptions
from risk_manager.gateway_sim.server import SimServer
from risk_manager.gateway_sim.trader import RuleBreaker
from risk_manager.gateway_sim.trader_hands import TraderHands
from risk_manager.gateway_sim.trader_model import Mistake

CONTRACTS = {
    "MNQ": "CON.F.US.MNQ.H26",
    "MES": "CON.F.US.MES.H26",
    "NQ": "CON.F.US.ENQ.H26",
    "MCL": "CON.F.US.MCLE.J26",
    "RTY": "CON.F.US.RTY.H26",
}


class HandStage:
    """A gateway whose clock stands still but for `pause`, and a hand that enforces over REST."""

    def __init__(self, seed: int) -> None:
        self.server = SimServer(ServerOptions(start=START, speed=Decimal(0))).start()
        self.account = self.server.accounts()[0].id
        self.story: list[str] = []
        self.waited = 0.0
        hands = TraderHands(
            self.server.control, self.account, CONTRACTS, tell=self.story.append, pause=self.pause
        )
        self.trader = RuleBreaker(hands, RULES, seed=seed)
        login = {"userName": self.server.username, "apiKey": self.server.api_key}
        self.token = ""
        self.token = self.post("/api/Auth/loginKey", login)["token"]

    def pause(self, seconds: float) -> None:
        self.waited += seconds
        self.server.control("/sim/clock", {"advance_s": Decimal(str(seconds))})

    def book(self) -> dict[str, Any]:
        return self.server.control("/sim/state")

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        request = urllib.request.Request(
            self.server.api_url + path, json.dumps(body).encode(), headers
        )
        with urllib.request.urlopen(request, timeout=10) as response:
            answer: dict[str, Any] = json.load(response)
        return answer

    def play(self) -> list[Ruling]:
        """Play the whole story; every mistake counts as enforced only once the hand has acted."""
        rulings = [self.mend(blunder()) for blunder in self.trader.first_day()]
        self.trader.sleep()
        return rulings + [self.mend(blunder()) for blunder in self.trader.second_day()]

    def mend(self, mistake: Mistake) -> Ruling:
        """Enforce a mistake that is not enforced yet, and judge."""
        before = rule_on(mistake, self.account, self.book())
        assert not before.enforced, mistake
        self.enforce(mistake)
        return rule_on(mistake, self.account, self.book())

    def enforce(self, mistake: Mistake) -> None:
        """Do what a guard would do about a mistake, 2 ms later."""
        self.pause(0.002)
        sizes = {row["contractId"]: row["size"] for row in self.book()["positions"]}
        for contract in mistake.contracts:
            about = {"accountId": self.account, "contractId": contract}
            excess = sizes.get(contract, 0) - mistake.allowed
            if excess > 0 and mistake.allowed:
                self.post("/api/Position/partialCloseContract", about | {"size": excess})
            elif excess > 0:
                self.post("/api/Position/closeContract", about)
        for order in mistake.orders:
            self.post("/api/Order/cancel", {"accountId": self.account, "orderId": order})
        if mistake.stop_at is not None:
            about = {"accountId": self.account, "stopPrice": float(mistake.stop_at)}
            for order in mistake.kept:
                self.post("/api/Order/modify", about | {"orderId": order})
        self.pause(0.02)
