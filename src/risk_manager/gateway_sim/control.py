"""The control path `/sim/...`: what the outside world does to the simulated gateway.

It is no part of the gateway's protocol: no token, loopback only. Every path takes a JSON object
and answers `{"ok": true, ...}` or, with status 400, `{"ok": false, "error": text}`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from risk_manager.gateway_sim.control_errors import ControlError
from risk_manager.gateway_sim.control_faults import FaultControl
from risk_manager.gateway_sim.control_state import StateControl
from risk_manager.gateway_sim.control_trader import TraderControl
from risk_manager.gateway_sim.fields import BadRequestError, Fields
from risk_manager.gateway_sim.rest_reply import Reply
from risk_manager.gateway_sim.wire_text import encode

Handler = Callable[[Fields], dict[str, Any]]


class Control:
    """Finds the handler of a path and turns what it says into an answer."""

    def __init__(self, state: StateControl, trader: TraderControl, faults: FaultControl) -> None:
        self._handlers: dict[str, Handler] = {
            "/sim/state": state.state,
            "/sim/clock": state.clock,
            "/sim/reset": state.reset,
            "/sim/price": trader.price,
            "/sim/order": trader.order,
            "/sim/order/modify": trader.order_modify,
            "/sim/order/cancel": trader.order_cancel,
            "/sim/fill": trader.fill,
            "/sim/account": trader.account,
            "/sim/trade/void": trader.trade_void,
            "/sim/contract/roll": trader.contract_roll,
            "/sim/logout": faults.logout,
            "/sim/fault": faults.fault,
            "/sim/fault/clear": faults.clear,
        }

    def answer(self, method: str, path: str, body: bytes) -> Reply:
        """Answer one call; anything wrong with it is a refusal with a text, never a 500."""
        handler = self._handlers.get(path)
        if handler is None:
            known = ", ".join(self._handlers)
            return _refusal(f"there is no {path}; the paths are {known}")
        if method != "POST":
            return _refusal(f"{path} takes POST")
        try:
            return Reply(200, encode({"ok": True, **handler(Fields.parse(body))}))
        except ControlError as error:
            return _refusal(str(error), **error.members)
        except KeyError as error:
            return _refusal(str(error.args[0]) if error.args else "unknown")
        except (BadRequestError, ValueError) as error:
            return _refusal(str(error))


def _refusal(text: str, **members: Any) -> Reply:
    return Reply(400, encode({"ok": False, "error": text, **members}))
