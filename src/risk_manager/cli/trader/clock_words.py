"""The answer to a clock-in or clock-out, in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from risk_manager.cli.formatting import PcZone, signed
from risk_manager.utils.datetime_helpers import parse_instant
from risk_manager.utils.wording import duration, wall_time_24


def clock_words(answer: dict[str, Any]) -> list[str]:
    """Return what the answer says, a line for each fact."""
    before, now = answer["before"], answer["presence"]
    lines = []
    if before is not None and before["forgotten"]:
        span = f"{_at(before['in_at'])} to {_at(before['out_at'])}"
        lines.append(f"the last stay ({span}) was not clocked out; the reset ended it")
    if now is None or (now["out_at"] is not None and not answer["changed"]):
        lines.append("not clocked in")
    elif now["out_at"] is None:
        word = "clocked in at" if answer["changed"] else "already clocked in since"
        lines.append(f"{word} {_at(now['in_at'])}")
    else:
        stay = f"in {_at(now['in_at'])}, out {_at(now['out_at'])}"
        lines.append(f"{stay}, {duration(answer['duration_s'])}")
        lines.append(
            f"trades {answer['trades']}, realised {signed(Decimal(answer['realized_pnl']))}"
        )
    return lines


def _at(text: str) -> str:
    instant = parse_instant(text)
    return wall_time_24(instant, PcZone(), instant)
