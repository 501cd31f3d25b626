"""The demo's lines: one per breach and a summary, for scripts as text or JSON, and for viewers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from risk_manager.cli.demo_judge import Ruling


def breach_line(ruling: Ruling, *, as_json: bool) -> str:
    """Return the line of one breach; durations in milliseconds, `none` when there is none."""
    if as_json:
        rounded = {"request_ms": _rounded(ruling.request_ms), "flat_ms": _rounded(ruling.flat_ms)}
        return json.dumps({"type": "breach", **asdict(ruling), **rounded})
    request = "none" if ruling.request_ms is None else f"{ruling.request_ms:.1f}"
    flat = "none" if ruling.flat_ms is None else f"{ruling.flat_ms:.0f}"
    return (
        f"BREACH {ruling.rule} account={ruling.account}"
        f" enforced={'yes' if ruling.enforced else 'no'}"
        f' request_ms={request} flat_ms={flat} reason="{ruling.reason}"'
    )


def in_words(ruling: Ruling) -> str:
    """Return a breach for a viewer: how fast the first request was, and the sentence about it."""
    if not ruling.enforced:
        return f"{ruling.rule} was NOT enforced: {ruling.reason}."
    return f"{ruling.rule} ({ruling.request_ms:.0f} ms): {ruling.lesson}"


def summary_line(rulings: Sequence[Ruling], seconds: float, *, as_json: bool) -> str:
    """Return the last line; `seconds` is the real duration of the demo."""
    enforced = sum(ruling.enforced for ruling in rulings)
    failed = len(rulings) - enforced
    if as_json:
        return json.dumps(
            {
                "type": "summary",
                "breaches": len(rulings),
                "enforced": enforced,
                "failed": failed,
                "seconds": round(seconds, 1),
            }
        )
    return (
        f"SUMMARY breaches={len(rulings)} enforced={enforced} failed={failed} seconds={seconds:.1f}"
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
