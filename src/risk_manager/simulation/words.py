"""What was done, in short words, so that a test or a trace can name it exactly."""

from __future__ import annotations

from risk_manager.domain.requests import (
    ActionRequest,
    CancelOrder,
    ClosePosition,
    ModifyOrder,
    PlaceStop,
    ReducePosition,
)


def word(request: ActionRequest) -> str:
    """`close MNQ`, `reduce ES by 2`, `cancel 1000001`, `resize 1000001 to 2`.

    `move 1000001 to 21000.00`, `stop MNQ -2 at 21000.00`.
    """
    match request:
        case ClosePosition():
            return f"close {code(request.contract_id)}"
        case ReducePosition():
            return f"reduce {code(request.contract_id)} by {request.size}"
        case CancelOrder():
            return f"cancel {request.order_id}"
        case ModifyOrder():
            level = request.stop_price or request.trail_price
            if level is not None:
                return f"move {request.order_id} to {level}"
            return f"resize {request.order_id} to {request.size}"
        case PlaceStop():
            size = request.side.sign * request.size
            return f"stop {code(request.contract_id)} {size} at {request.stop_price}"


def code(contract_id: str) -> str:
    """The product code, with the month only where it is not the front one of the tests."""
    _, _, _, product, month = contract_id.split(".")
    return product if month == "Z26" else f"{product}.{month}"
