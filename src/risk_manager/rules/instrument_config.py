"""The section of RULE-002 in risk_config.yaml."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from risk_manager.config import json_forms as forms
from risk_manager.config.base import Choice, ContractLimit, PlainText, RootMap, RuleConfig, refuse

_LIMITED = "allow_with_limit:"


class InstrumentEnforcement(StrEnum):
    """What happens above a cap."""

    REDUCE_TO_LIMIT = "reduce_to_limit"
    CLOSE_ALL = "close_all"


def _unknown_action(text: str) -> str:
    """Check `block`, `allow_unlimited` or `allow_with_limit:N` with N > 0."""
    count = text.removeprefix(_LIMITED)
    limited = text.startswith(_LIMITED) and count.isascii() and count.isdigit() and int(count) > 0
    if text in ("block", "allow_unlimited") or limited:
        return text
    raise refuse(
        f"{text!r} is no action for symbols that are not listed",
        "write block, allow_with_limit:N (N above 0) or allow_unlimited",
    )


class MaxContractsPerInstrumentConfig(RuleConfig):
    """Section `max_contracts_per_instrument` of risk_config.yaml."""

    limits: RootMap[ContractLimit] = Field(
        min_length=1, description="Cap per symbol, e.g. {MNQ: 2, ES: 1}."
    )
    enforcement: Choice[InstrumentEnforcement] = Field(
        default=InstrumentEnforcement.REDUCE_TO_LIMIT,
        description="reduce_to_limit closes the excess, close_all all of that symbol.",
    )
    unknown_symbol_action: Annotated[
        PlainText, AfterValidator(_unknown_action), forms.LISTED_ACTION
    ] = Field(
        default="block",
        description="For symbols not listed: block, allow_with_limit:N or allow_unlimited.",
    )

    def cap(self, root: str) -> int | None:
        """Contracts allowed of a symbol; 0 when blocked, None without a limit."""
        listed = self.limits.get(root)
        if listed is not None:
            return listed
        action = self.unknown_symbol_action
        if action.startswith(_LIMITED):
            return int(action.removeprefix(_LIMITED))
        return 0 if action == "block" else None
