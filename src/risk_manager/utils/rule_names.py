"""What each rule is about, in a word or two, for screens and alerts."""

from collections.abc import Mapping
from typing import Final

RULE_NAMES: Final[Mapping[str, str]] = {
    "RULE-001": "contracts",
    "RULE-002": "per instrument",
    "RULE-003": "daily loss",
    "RULE-004": "floating loss",
    "RULE-005": "floating profit",
    "RULE-006": "trade frequency",
    "RULE-007": "loss cooldown",
    "RULE-008": "stop needed",
    "RULE-009": "session",
    "RULE-010": "broker's permit",
    "RULE-011": "symbol blocks",
    "RULE-012": "stop moving",
    "RULE-013": "daily profit",
}
