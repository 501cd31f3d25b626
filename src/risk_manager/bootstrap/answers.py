"""The loop's answers as JSON for the tools."""

from __future__ import annotations

from typing import Any

from risk_manager.domain.command_events import CommandAnswer
from risk_manager.utils.datetime_helpers import format_instant

Answer = dict[str, Any]


def told(answer: CommandAnswer) -> Answer:
    """The loop's answer as JSON."""
    refused = {"problem": "policy", "error": answer.refused} if answer.refused else {}
    return {
        "ok": answer.refused is None,
        "effect": answer.effect.value,
        "matures_at": [
            {"account": account, "at": format_instant(at)} for account, at in answer.matures.items()
        ],
        "would": list(answer.would),
        "notes": list(answer.notes),
        **refused,
    }


def lacks_word(answer: CommandAnswer) -> Answer:
    """Nothing was changed: the word is missing."""
    error = "the change would act at once; type APPLY to let it"
    return {**told(answer), "ok": False, "problem": "word", "error": error, "effect": "none"}
