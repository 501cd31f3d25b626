"""The control path's part for faults and kicks."""

from __future__ import annotations

from typing import Any

from risk_manager.gateway_sim.faults import Fault, FaultBox, hubs_of
from risk_manager.gateway_sim.fields import BadRequestError, Fields
from risk_manager.gateway_sim.hubs import Hubs


class FaultControl:
    """Each method is one path."""

    def __init__(self, faults: FaultBox, hubs: Hubs) -> None:
        self._faults = faults
        self._hubs = hubs

    def logout(self, fields: Fields) -> dict[str, Any]:
        """Kick the sessions of a hub, or of both."""
        hubs = hubs_of(fields.text("hub"))
        if not hubs:
            raise BadRequestError("hub", "The hub must be user, market or both.")
        self._hubs.log_out(*hubs)
        return {}

    def fault(self, fields: Fields) -> dict[str, Any]:
        """Put a fault in force; it stays until count or for_s are used up, or it is cleared."""
        count, seconds = fields.opt_integer("count"), fields.opt_decimal("for_s")
        params = fields.opt_object("params") or Fields({})
        check_params(params)
        fault = self._faults.add(
            fields.text("kind"),
            fields.text("target"),
            count,
            None if seconds is None else float(seconds),
            params,
        )
        if fault.kind == "close":
            self._close(fault, lasting=count is not None or seconds is not None)
        return {"id": fault.id}

    def clear(self, fields: Fields) -> dict[str, Any]:
        """End one fault or all; says how many ended."""
        return {"cleared": self._faults.clear(fields.opt_integer("id"))}

    def _close(self, fault: Fault, *, lasting: bool) -> None:
        """Close now; the hub stays unreachable only for a given count of attempts or time."""
        hubs = hubs_of(fault.target)
        if fault.params.opt_flag("abrupt"):
            for connection in self._hubs.connections(*hubs):
                connection.abort()
        else:
            self._hubs.close(
                *hubs,
                error=fault.params.opt_text("error"),
                allow_reconnect=fault.params.opt_flag("allowReconnect") or False,
            )
        if not lasting:
            self._faults.clear(fault.id)


def check_params(params: Fields) -> None:
    """Raise BadRequestError for a param of the wrong type, while somebody can read it."""
    for name in ("delay_s", "hang_s"):
        value = params.opt_decimal(name)
        if value is not None and value < 0:
            raise BadRequestError(name, f"The {name} field must be 0 or more.")
    for name in ("status", "errorCode"):
        params.opt_integer(name)
    status = params.opt_integer("status")
    if status is not None and not 200 <= status <= 599:
        raise BadRequestError("status", "The status must be between 200 and 599.")
    for name in ("error", "errorMessage"):
        params.opt_text(name)
    for name in ("allowReconnect", "abrupt", "pings"):
        params.opt_flag(name)
