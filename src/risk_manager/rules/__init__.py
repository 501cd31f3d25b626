"""The risk rules, one file each, registered in an explicit tuple.

Registration is no folder scan: a broken rule file stops the start instead of vanishing.
"""

from __future__ import annotations

from typing import Any

from risk_manager.rules.auth_loss_guard import AuthLossGuard
from risk_manager.rules.base_rule import Rule
from risk_manager.rules.cooldown_after_loss import CooldownAfterLoss
from risk_manager.rules.daily_realized_loss import DailyRealizedLoss
from risk_manager.rules.daily_realized_profit import DailyRealizedProfit
from risk_manager.rules.daily_unrealized_loss import DailyUnrealizedLoss
from risk_manager.rules.max_contracts import MaxContracts
from risk_manager.rules.max_contracts_per_instrument import MaxContractsPerInstrument
from risk_manager.rules.max_unrealized_profit import MaxUnrealizedProfit
from risk_manager.rules.no_stop_loss_grace import NoStopLossGrace
from risk_manager.rules.session_block_outside import SessionBlockOutside
from risk_manager.rules.symbol_blocks import SymbolBlocks
from risk_manager.rules.trade_frequency_limit import TradeFrequencyLimit
from risk_manager.rules.trade_management import TradeManagement

RULES: tuple[type[Rule[Any]], ...] = (
    MaxContracts,
    MaxContractsPerInstrument,
    DailyRealizedLoss,
    DailyUnrealizedLoss,
    MaxUnrealizedProfit,
    TradeFrequencyLimit,
    CooldownAfterLoss,
    NoStopLossGrace,
    SessionBlockOutside,
    AuthLossGuard,
    SymbolBlocks,
    TradeManagement,
    DailyRealizedProfit,
)
"""Every rule, in the order of their numbers."""

RULES_BY_SECTION: dict[str, type[Rule[Any]]] = {rule.section: rule for rule in RULES}
