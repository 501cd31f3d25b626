"""What the answer to a changing call means: every row of the table, per endpoint."""

from decimal import Decimal

import pytest

from risk_manager.domain.events import ActionAnswered
from risk_manager.domain.ids import OrderId, RequestId
from risk_manager.domain.orders import Side
from risk_manager.domain.requests import (
    ActionRequest,
    CancelOrder,
    ClosePosition,
    ModifyOrder,
    PlaceStop,
    ReducePosition,
)
from risk_manager.enforcement.answers import Meaning, is_listed, meaning_of
from tests.support.make import ACCOUNT, cid

ID, MNQ = RequestId(1), cid("MNQ")
CLOSE = ClosePosition(ID, ACCOUNT, MNQ)
REDUCE = ReducePosition(ID, ACCOUNT, MNQ, 1)
CANCEL = CancelOrder(ID, ACCOUNT, OrderId(7))
PLACE = PlaceStop(ID, ACCOUNT, MNQ, Side.SELL, 1, Decimal(21000), "tag")
MODIFY = ModifyOrder(ID, ACCOUNT, OrderId(7), size=1)
HALTED = "Order rejected: instrument is Not in an Active Trading Status."


def answered(request: ActionRequest, code=None, message=None, **parts) -> ActionAnswered:
    """An HTTP 200 answer with this code; `parts` replace members."""
    members = {"status": 200, "success": code == 0, "failure": None, **parts}
    return ActionAnswered(
        request=request, code=code, message=message, retry_after_s=None, sent_mono=1.0,
        answered_mono=1.1, **members,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("request_", "code", "message", "meaning"),
    [
        (PLACE, 0, None, Meaning.ACCEPTED),
        (PLACE, 1, None, Meaning.REJECTED),
        (PLACE, 2, "Invalid symbol", Meaning.REJECTED),
        (PLACE, 2, HALTED, Meaning.DEFERRED),
        (PLACE, 3, None, Meaning.REJECTED),
        (PLACE, 4, None, Meaning.REJECTED),
        (PLACE, 5, None, Meaning.DEFERRED),
        (PLACE, 6, None, Meaning.LOOK),
        (PLACE, 7, None, Meaning.LOOK),
        (PLACE, 8, None, Meaning.REJECTED),
        (PLACE, 9, None, Meaning.NOT_ACTIVE),
        (PLACE, 10, None, Meaning.REJECTED),
        (PLACE, 11, None, Meaning.LOOK),
        (CLOSE, 0, None, Meaning.ACCEPTED),
        (CLOSE, 1, None, Meaning.REJECTED),
        (CLOSE, 2, None, Meaning.ALREADY),
        (CLOSE, 3, None, Meaning.REJECTED),
        (CLOSE, 4, None, Meaning.NOT_ACTIVE),
        (CLOSE, 5, None, Meaning.REJECTED),
        (CLOSE, 5, "size too large", Meaning.REJECTED),
        (CLOSE, 5, HALTED, Meaning.DEFERRED),
        (CLOSE, 6, None, Meaning.LOOK),
        (CLOSE, 6, HALTED, Meaning.LOOK),
        (CLOSE, 7, None, Meaning.LOOK),
        (CLOSE, 8, None, Meaning.REJECTED),
        (CLOSE, 9, None, Meaning.LOOK),
        (REDUCE, 0, None, Meaning.ACCEPTED),
        (REDUCE, 1, None, Meaning.REJECTED),
        (REDUCE, 2, None, Meaning.ALREADY),
        (REDUCE, 3, None, Meaning.REJECTED),
        (REDUCE, 4, None, Meaning.NOT_ACTIVE),
        (REDUCE, 5, None, Meaning.RECOMPUTE),
        (REDUCE, 5, HALTED, Meaning.RECOMPUTE),
        (REDUCE, 6, None, Meaning.DEFERRED),
        (REDUCE, 6, HALTED, Meaning.DEFERRED),
        (REDUCE, 6, "risk check failed", Meaning.REJECTED),
        (REDUCE, 7, None, Meaning.LOOK),
        (REDUCE, 8, None, Meaning.LOOK),
        (REDUCE, 9, None, Meaning.REJECTED),
        (REDUCE, 10, None, Meaning.LOOK),
        (CANCEL, 0, None, Meaning.ACCEPTED),
        (CANCEL, 1, None, Meaning.REJECTED),
        (CANCEL, 2, None, Meaning.ALREADY),
        (CANCEL, 3, None, Meaning.LOOK),
        (CANCEL, 4, None, Meaning.LOOK),
        (CANCEL, 5, HALTED, Meaning.LOOK),
        (CANCEL, 6, None, Meaning.FINAL),
        (CANCEL, 7, None, Meaning.LOOK),
        (MODIFY, 0, None, Meaning.ACCEPTED),
        (MODIFY, 2, None, Meaning.ALREADY),
        *((MODIFY, code, None, Meaning.LOOK) for code in (1, 3, 4, 5, 6, 7)),
    ],
)
def test_the_table(request_, code, message, meaning):
    assert meaning_of(answered(request_, code, message)) is meaning


@pytest.mark.parametrize("request_", [CLOSE, REDUCE, CANCEL, MODIFY])
@pytest.mark.parametrize(
    ("parts", "meaning"),
    [
        ({"status": None, "success": None, "failure": "timeout"}, Meaning.LOOK),
        ({"status": None, "success": None, "failure": "network"}, Meaning.LOOK),
        ({"status": None, "success": None, "failure": "throttled"}, Meaning.THROTTLED),
        ({"status": 429, "success": None}, Meaning.THROTTLED),
        ({"status": 401, "success": None}, Meaning.LOOK),
        ({"status": 500, "success": None}, Meaning.LOOK),
        ({"status": 200, "success": None}, Meaning.LOOK),
        ({"status": 200, "success": False}, Meaning.LOOK),
        ({"status": 500, "success": True}, Meaning.LOOK),
    ],
)
def test_what_is_no_clear_answer_is_looked_at(request_, parts, meaning):
    assert meaning_of(answered(request_, **parts)) is meaning


def test_success_false_with_code_zero_is_no_acceptance():
    assert meaning_of(answered(CLOSE, 0, success=False)) is Meaning.LOOK


@pytest.mark.parametrize(
    ("request_", "code", "status", "listed"),
    [
        (CLOSE, 8, 200, True),
        (CLOSE, 9, 200, False),
        (REDUCE, 9, 200, True),
        (REDUCE, 10, 200, False),
        (CANCEL, 6, 200, True),
        (CANCEL, 7, 200, False),
        (CLOSE, None, 200, False),
        (CLOSE, None, 500, True),
        (CLOSE, None, None, True),
    ],
)
def test_an_unlisted_code_is_worth_an_alarm(request_, code, status, listed):
    assert is_listed(answered(request_, code, status=status, success=False)) is listed
