"""One stop on its way to the venue, from decision to a look that shows it (pure data)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from risk_manager.domain.ids import OrderId, RequestId
from risk_manager.domain.positions import Position
from risk_manager.domain.records import EnforcementRecord, Outcome
from risk_manager.domain.requests import PlaceStop
from risk_manager.enforcement.contract_desk import Demand
from risk_manager.enforcement.step import Step


@dataclass(slots=True)
class Placing:
    """One stop on its way. Times are monotonic seconds.

    `look_after` is the earliest request time of a look that may decide, `absent_mono` when the
    first look was requested that lacked an accepted order.
    """

    request: PlaceStop
    record: EnforcementRecord
    event_mono: float
    tries: int = 1
    in_flight: RequestId | None = None
    accepted: OrderId | None = None
    is_accepted: bool = False
    look_after: float = 0.0
    not_before: float = 0.0
    absent_mono: float | None = None
    gave_up: bool = False

    @property
    def is_unanswered(self) -> bool:
        """Whether no answer came: only a look tells whether the stop is there."""
        return self.in_flight is None and not self.is_accepted


def closing_stop(step: Step, position: Position, price: Decimal, tag: str) -> PlaceStop:
    """Return the request for a stop of the position's size on its closing side."""
    return PlaceStop(
        step.ids.request(),
        position.account_id,
        position.contract_id,
        position.side.opposite,
        position.size,
        price,
        tag,
    )


def placing_line(step: Step, request: PlaceStop, why: Demand) -> EnforcementRecord:
    """Return the line of the enforcement log."""
    return EnforcementRecord(
        key=f"place-{request.tag}-{request.request_id}",
        at=step.stamp.now,
        account_id=request.account_id,
        rule_id=why.rule_id,
        reason=f"stop at {request.stop_price}: {why.reason}",
        action="PLACE_STOP",
        outcome=Outcome.STARTED,
        contract_id=request.contract_id,
        to_size=request.size,
    )
