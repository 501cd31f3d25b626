"""RULE-007 with the tiers of the example, and how long its lock lasts."""

from decimal import Decimal

from risk_manager.domain.events import TradeExecuted
from risk_manager.domain.ids import RuleId
from risk_manager.domain.locks import LockKey
from risk_manager.rules.cooldown_after_loss import CooldownAfterLoss
from tests.support.make import ACCOUNT, trade
from tests.support.stage import rule

KEY = LockKey(ACCOUNT, "account", RuleId("RULE-007"))
TIERS = ((-100, 300), (-200, 900), (-300, 1800))


def pause(*tiers, **keys):
    """The rule with these tiers, those of the example by default."""
    rows = [
        {"loss_amount": Decimal(str(loss)), "cooldown_duration": seconds}
        for loss, seconds in tiers or TIERS
    ]
    return rule(CooldownAfterLoss.section, loss_thresholds=tuple(rows), **keys)


def rest_s(stage, account=ACCOUNT):
    """Seconds until the lock ends, None without a lock."""
    lock = stage.market.locks.get(LockKey(account, "account", RuleId("RULE-007")), stage.now)
    return None if lock is None else (lock.until - stage.now).total_seconds()


def closes(stage, *amounts, order=None):
    """Closing fills of these results, each of its own order unless one is given."""
    for number, pnl in enumerate(amounts):
        done = trade("MNQ", -1, at=stage.now, pnl=pnl, order=order or 50 + number)
        stage.hear(TradeExecuted(done))
    return rest_s(stage)
