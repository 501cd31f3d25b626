"""RULE-010 AuthLossGuard: reacts when the broker no longer lets the account trade.

Watches: the broker's own flag `canTrade`, in its messages and in reads of the account.

Acts: when the flag is false. The account is locked and everything is closed; the lock ends when the
flag is true again, or, with `auto_unlock_on_restore: false`, only by a manual unlock. A native
limit or lockout of the broker may also set the flag, so this is not called an authentication fault.

Cannot: close what the broker refuses to close: the closes are retried, and the lock stays. A
missing flag changes nothing, and an account that cannot be read is neither locked nor unlocked.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from risk_manager.config.base import Choice, RuleConfig
from risk_manager.domain.decisions import (
    Breach,
    Flatten,
    LockOut,
    NotEvaluated,
    Reading,
    ReleaseLock,
    Verdict,
)
from risk_manager.domain.events import AccountChanged, ConfigActivated, Event, StateRestored
from risk_manager.domain.ids import ACCOUNT_SCOPE, RuleId
from risk_manager.domain.locks import LockKind
from risk_manager.domain.view import AccountView
from risk_manager.rules.base_rule import Rule


class AuthEnforcement(StrEnum):
    """The only allowed effect."""

    CLOSE_ALL_AND_LOCKOUT = "close_all_and_lockout"


class AuthLossGuardConfig(RuleConfig):
    """Section `auth_loss_guard` of risk_config.yaml."""

    enforcement: Choice[AuthEnforcement] = Field(
        default=AuthEnforcement.CLOSE_ALL_AND_LOCKOUT,
        description="Restates the effect; no other value is allowed.",
    )
    auto_unlock_on_restore: bool = Field(
        default=True, description="End the lock when the broker allows trading again."
    )
    check_interval_seconds: Annotated[int, Field(ge=10, le=3600)] = Field(
        default=300, description="How often the account is read, beside the feed's messages."
    )


class AuthLossGuard(Rule[AuthLossGuardConfig]):
    """Lock and flatten when `canTrade` is false."""

    rule_id: ClassVar = RuleId("RULE-010")
    section: ClassVar = "auth_loss_guard"
    title: ClassVar = "Auth loss guard"
    config_model: ClassVar = AuthLossGuardConfig
    listens_to: ClassVar = (AccountChanged, ConfigActivated, StateRestored)

    @property
    def account_check_s(self) -> int:
        """The account's row is read this often."""
        return self.config.check_interval_seconds

    def check(self, event: Event, view: AccountView) -> Verdict:
        """Exactly false is a breach, once for each lock; unknown is neither."""
        del event
        can_trade = view.can_trade()
        if can_trade is None:
            return NotEvaluated("the broker has not said whether the account may trade")
        unlocks = self.config.auto_unlock_on_restore
        locked = view.lock_of(ACCOUNT_SCOPE, self.rule_id) is not None
        if can_trade:
            release = (ReleaseLock(),) if locked and unlocks else ()
            return Reading("canTrade true", decisions=release)
        if locked:
            return Reading("canTrade false")
        kind = LockKind.BY_CONDITION if unlocks else LockKind.BY_CONDITION_KEPT
        return Breach(
            reason="canTrade is false",
            decisions=(LockOut(kind, None), Flatten()),
            value="canTrade false",
            limit=self.describe_limit(),
        )

    def describe_limit(self) -> str:
        """What must hold."""
        return "canTrade true"
