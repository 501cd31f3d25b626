"""The control path says no with a text."""

from typing import Any

import pytest

from risk_manager.gateway_sim.control_errors import ControlError
from risk_manager.gateway_sim.server import SimServer
from tests.integration.gateway_sim.sim_client import ENQ, Rest

ORDER = {"accountId": 10001, "contractId": ENQ, "type": 1, "side": 0, "size": 1}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/sim/nowhere", {}),
        ("/sim/state", "{"),
        ("/sim/price", {"contractId": "CON.F.US.NO.Z26", "last": 1}),
        ("/sim/price", {"contractId": ENQ, "last": 1.13}),
        ("/sim/price", {"contractId": ENQ, "last": "many"}),
        ("/sim/order", {"accountId": 1, "contractId": ENQ, "type": 2, "side": 0, "size": 1}),
        ("/sim/fill", {"accountId": 10001, "contractId": ENQ, "side": 2, "size": 1}),
        ("/sim/fill", {"accountId": 10001, "contractId": ENQ, "side": 0, "size": 0}),
        ("/sim/account", {"accountId": 1, "canTrade": True}),
        ("/sim/account", {"accountId": 10001, "bracketMode": "none"}),
        ("/sim/trade/void", {"tradeId": 1}),
        ("/sim/contract/roll", {"root": "NO"}),
        ("/sim/logout", {"hub": "all"}),
        ("/sim/fault", {"kind": "melt", "target": "user"}),
        ("/sim/fault", {"kind": "drop", "target": "user"}),
        ("/sim/fault", {"kind": "close", "target": "GatewayQuote"}),
        ("/sim/fault", {"kind": "rest_delay", "target": "Order/place"}),
        ("/sim/fault", {"kind": "drop", "target": "GatewayQuote", "count": 0}),
        ("/sim/fault", {"kind": "rest_status", "target": "*", "params": {"status": 42}}),
    ],
)
def test_what_is_wrong_is_refused_with_a_text(rest: Rest, path: str, body: Any) -> None:
    answer = rest.send(path, body)
    assert answer.status == 400
    assert answer.body["ok"] is False
    assert answer.body["error"]


def test_refused_order_says_why(server: SimServer) -> None:
    with pytest.raises(ControlError, match="not aligned") as refused:
        server.control("/sim/order", ORDER | {"limitPrice": 20000.13})
    assert refused.value.members["errorCode"] == 2
