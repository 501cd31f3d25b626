"""Loaded by a daemon of the tests before all else: one rule of it is broken on purpose.

`RISK_MANAGER_TEST_BROKEN` is two words, what is wrong and the rule's section: `lost` (the rule is
not in the table any more), `deaf` (it listens to read-backs only), `verb` (it asks for something
nothing carries out, but never in the drill). Nothing else of the daemon is changed.
"""

import os
from dataclasses import replace
from typing import Any

from risk_manager.core.drill_scene import ANY_ROOT
from risk_manager.domain.decisions import Breach, Decision, Verdict
from risk_manager.domain.events import Event, StateRestored
from risk_manager.domain.view import AccountView
from risk_manager.rules import RULES_BY_SECTION
from risk_manager.rules.base_rule import Rule

fault, section = os.environ["RISK_MANAGER_TEST_BROKEN"].split()
rule = RULES_BY_SECTION[section]
honest = rule.check


class Hedge:
    """No verb of this product."""


def check(self: Rule[Any], event: Event, view: AccountView) -> Verdict:
    """What the rule says, with another verb in it."""
    verdict = honest(self, event, view)
    real = all(ANY_ROOT not in position.contract_id for position in view.positions())
    if isinstance(verdict, Breach) and real:
        strange: tuple[Decision, ...] = (Hedge(),)  # type: ignore[assignment]  # that is the fault
        return replace(verdict, decisions=strange)
    return verdict


if fault == "lost":
    del RULES_BY_SECTION[section]
elif fault == "deaf":
    rule.listens_to = (StateRestored,)
else:
    assert fault == "verb", fault
    rule.check = check  # type: ignore[method-assign]  # that is the fault
