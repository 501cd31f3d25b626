"""RULE-006 at the figures of the scenarios, and the trades it counts."""

from datetime import timedelta

from risk_manager.domain.events import OrderChanged, TradeExecuted
from risk_manager.domain.ids import RuleId
from risk_manager.domain.locks import LockKey
from risk_manager.domain.orders import OrderKind
from risk_manager.rules.trade_frequency_limit import TradeFrequencyLimit
from tests.support.make import ACCOUNT, NOW, order, trade
from tests.support.stage import rule

KEY = LockKey(ACCOUNT, "account", RuleId("RULE-006"))
LIMITS = {"per_minute": 3, "per_hour": 10, "per_session": 50}


def frequency(limits=None, **keys):
    """3 per minute, 10 per hour, 50 per session, or other limits."""
    return rule(TradeFrequencyLimit.section, limits=limits or LIMITS, **keys)


def at(seconds):
    """The instant `seconds` after 14:00 New York."""
    return NOW + timedelta(seconds=seconds)


def go(stage, seconds):
    """Let time come to `seconds` after 14:00."""
    stage.wait((at(seconds) - stage.now).total_seconds())


def hear(stage, seconds, *, number=None, size=1, pnl=None, created=None, **keys):
    """A fill at its own time, told at once; `number` is its order, made at `created` seconds."""
    go(stage, seconds)
    own = int(seconds * 1000) + 10**6 if number is None else number
    if created is not None:
        row = order("MNQ", size, OrderKind.MARKET, number=own, created=at(created))
        stage.hear(OrderChanged(row))
    done = trade("MNQ", size, at=at(seconds), order=own, pnl=pnl, **keys)
    return stage.hear(TradeExecuted(done))


def end_s(stage):
    """When the lock ends, in seconds after 14:00; None without a lock."""
    lock = stage.market.locks.get(KEY, stage.now)
    return None if lock is None else (lock.until - NOW).total_seconds()
