"""Rows the tests of the database write: one of each kind that matters."""

from datetime import UTC, datetime
from decimal import Decimal

from risk_manager.domain.ids import (
    AccountId,
    ContractId,
    IntentId,
    OrderId,
    PositionId,
    RuleId,
    TradeId,
)
from risk_manager.domain.locks import LockKey, LockKind, Lockout
from risk_manager.domain.orders import Side
from risk_manager.domain.positions import Trade
from risk_manager.domain.records import Intent, IntentKind
from risk_manager.state.writes import PutIntent, PutLock, PutTrade

NOW = datetime(2026, 3, 9, 21, 0, 0, 1, tzinfo=UTC)
KEY = LockKey(AccountId(1), "account", RuleId("RULE-003"))
LOCK = Lockout(KEY, LockKind.UNTIL_RESET, "Daily loss", NOW, NOW, "-550", "-500")
CON = ContractId("CON.F.US.MNQ.H26")
INTENT = Intent(
    IntentId(5), AccountId(1), CON, IntentKind.CLOSE, 0, 3, frozenset({PositionId(9)}),
    RuleId("RULE-003"), "Daily loss", NOW,
)  # fmt: skip
TRADE = Trade(TradeId(7), AccountId(1), CON, NOW, Decimal("21000.25"), Side.SELL, 2, OrderId(3),
              Decimal("-300.10"), Decimal("0.36"), Decimal("0.250"))  # fmt: skip
STEP = (PutTrade(TRADE), PutLock(LOCK), PutIntent(INTENT))
"""What one step with a breach writes."""
