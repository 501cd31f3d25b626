"""Real configuration objects for the virtual world, and the engine built from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from risk_manager.config.accounts import AccountEntry
from risk_manager.config.effective import AccountConfig, ResetTime
from risk_manager.config.models import DEFAULT_RESET_ZONE, GlobalConfig
from risk_manager.core.assembly import Restored, WatchedAccount, build_engine
from risk_manager.core.risk_engine import RiskEngine
from risk_manager.domain.ids import AccountId, ContractId
from risk_manager.rules import RULES_BY_SECTION
from risk_manager.state.persistence import Store
from risk_manager.state.writes import Write
from risk_manager.utils.holidays import HolidayCalendar

START = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)
"""A Wednesday, 10:00 in New York: an open market, seven hours before the reset."""
ACCOUNT = AccountId(10001)
MNQ = ContractId("CON.F.US.MNQ.Z26")
ES = ContractId("CON.F.US.EP.Z26")
NQ = ContractId("CON.F.US.ENQ.Z26")
MES = ContractId("CON.F.US.MES.Z26")
RTY = ContractId("CON.F.US.RTY.Z26")
YM = ContractId("CON.F.US.YM.Z26")

RESET = (time(17, 0), DEFAULT_RESET_ZONE)

Sections = Mapping[str, Mapping[str, Any]]

LOSS: Sections = {"daily_realized_loss": {"limit": -500}}
CAP: Sections = {"max_contracts": {"limit": 5}}
CAPS: Sections = {"max_contracts_per_instrument": {"limits": {"MNQ": 2, "ES": 1, "NQ": 1}}}

NO_HOLIDAYS = HolidayCalendar(frozenset(), {}, date.max)


def watched(rules: Sections, settings: Mapping[str, Any]) -> WatchedAccount:
    """The account with these sections, reset 17:00 New York; each is enabled unless it says so."""
    sections = {
        name: RULES_BY_SECTION[name].config_model.model_validate({"enabled": True, **values})
        for name, values in rules.items()
    }
    config = AccountConfig(
        account=AccountEntry(account_id=ACCOUNT),
        global_=GlobalConfig.model_validate(settings),
        reset=ResetTime(*RESET),
        rules=sections,
        digest="",
    )
    return WatchedAccount(ACCOUNT, "PRAC", config)


def engine_of(
    rules: Sections,
    settings: Mapping[str, Any],
    restored: Restored,
    before: RiskEngine | None = None,
) -> RiskEngine:
    """The product's own engine for one account."""
    account = watched(rules, settings)
    return build_engine([account], account.config.global_, NO_HOLIDAYS, restored, before)


def stored(path: Path, rows: Sequence[Write]) -> Restored:
    """What a start finds in a real database into which these rows went."""
    store = Store.open(path)
    store.commit(rows)
    kept = store.load()
    store.close()
    return Restored.of(kept)
