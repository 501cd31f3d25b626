"""Which orders and positions our own close caused; in doubt they are the trader's (S165, S166)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from risk_manager.domain.ids import IntentId, PositionId, RuleId
from risk_manager.domain.orders import OrderKind, OrderStatus, Side
from risk_manager.domain.records import EnforcementRecord, Intent, IntentKind, Outcome
from risk_manager.enforcement.contract_action import ContractAction, Phase
from risk_manager.enforcement.own_orders import is_residue, is_surely_own, may_be_own
from tests.support.make import ACCOUNT, NOW, cid, order, position

MARKET = OrderKind.MARKET


def action(size: int = 3, target: int = 0, **parts) -> ContractAction:
    """The close (or reduce) of a long of `size`, sent at NOW."""
    kind = IntentKind.REDUCE if target else IntentKind.CLOSE
    intent = Intent(
        IntentId(1), ACCOUNT, cid("MNQ"), kind, target, size, frozenset({PositionId(5)}),
        RuleId("RULE-001"), "6 of 5", NOW,
    )  # fmt: skip
    record = EnforcementRecord(
        "intent-1", NOW, ACCOUNT, RuleId("RULE-001"), "6 of 5", "CLOSE_POSITION", Outcome.STARTED
    )
    made = ContractAction(intent, record, Side.BUY, 1.0, Phase.SENT, 1.0)
    made.sent_at = NOW
    for name, value in parts.items():
        setattr(made, name, value)
    return made


def sent(seconds: float = 0.0, size: int = -3, kind=MARKET, name="MNQ", **keys):
    """An order so long after the call."""
    return order(name, size, kind, created=NOW + timedelta(seconds=seconds), **keys)


@pytest.mark.parametrize(
    ("row", "is_own"),
    [
        (sent(), True),
        (sent(2), True),
        (sent(-2), True),
        (sent(2.001), False),
        (sent(-2.001), False),
        (sent(status=OrderStatus.PENDING), True),
        (sent(status=OrderStatus.FILLED), False),
        (sent(size=-2), False),
        (sent(size=3), False),
        (sent(kind=OrderKind.LIMIT), False),
        (sent(name="MNQ Z25"), False),
        (sent(tag="mine"), False),
        (replace(sent(), created_at=None), False),
    ],
)
def test_an_order_is_ours_only_when_everything_fits(row, is_own):
    assert is_surely_own(action(), row) is is_own


def test_a_reduce_is_known_by_the_size_it_closes_and_a_call_not_sent_caused_nothing():
    assert is_surely_own(action(3, 1), sent(size=-2))
    assert not is_surely_own(action(3, 1), sent(size=-3))
    assert not is_surely_own(action(sent_at=None), sent())


@pytest.mark.parametrize(
    ("row", "may_be"),
    [
        (sent(), True),
        (sent(600), True),
        (sent(-2), True),
        (sent(-2.001), False),
        (sent(size=9), True),
        (sent(size=3), True),
        (replace(sent(), created_at=None), True),
        (sent(status=OrderStatus.FILLED), False),
        (sent(kind=OrderKind.STOP), False),
        (sent(name="MNQ Z25"), False),
        (sent(tag="mine"), False),
    ],
)
def test_any_untagged_market_order_since_the_call_may_be_ours_on_either_side(row, may_be):
    assert may_be_own(action(), row) is may_be
    assert not may_be_own(action(sent_at=None), row)


def opened(seconds: float, size: int = -1):
    """A position opened so long after the call."""
    return position("MNQ", size, opened=NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (opened(0.1), True),
        (opened(5), True),
        (opened(5.001), False),
        (opened(-2), True),
        (opened(-2.001), False),
        (opened(0.1, 1), False),
        (opened(0.1, -3), True),
        (opened(0.1, -4), False),
        (opened(0.1, 0), False),
        (position("MNQ", -1, opened=None), False),
    ],
)
def test_s166_a_residue_opens_on_the_closing_side_right_after_the_call(row, expected):
    assert is_residue(action(), row) is expected
    assert not is_residue(action(sent_at=None), row)
