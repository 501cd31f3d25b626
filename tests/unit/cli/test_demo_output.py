"""The demo's lines, exactly as scripts read them."""

import json

from risk_manager.cli.demo_judge import Ruling
from risk_manager.cli.demo_output import breach_line, in_words, summary_line

DONE = Ruling("RULE-001", 123, "6 of 5 contracts", True, 0.94, 14.2, "Too much.")
MISSED = Ruling("RULE-003", 123, "daily loss", False, None, None)


def test_text_lines() -> None:
    assert breach_line(DONE, as_json=False) == (
        "BREACH RULE-001 account=123 enforced=yes request_ms=0.9 flat_ms=14"
        ' reason="6 of 5 contracts"'
    )
    assert breach_line(MISSED, as_json=False) == (
        'BREACH RULE-003 account=123 enforced=no request_ms=none flat_ms=none reason="daily loss"'
    )
    assert summary_line([DONE, MISSED], 21.42, as_json=False) == (
        "SUMMARY breaches=2 enforced=1 failed=1 seconds=21.4"
    )


def test_json_lines() -> None:
    assert json.loads(breach_line(DONE, as_json=True)) == {
        "type": "breach", "rule": "RULE-001", "account": 123, "reason": "6 of 5 contracts",
        "enforced": True, "request_ms": 0.9, "flat_ms": 14.2, "lesson": "Too much.",
    }  # fmt: skip
    assert json.loads(summary_line([DONE, MISSED], 21.42, as_json=True)) == {
        "type": "summary", "breaches": 2, "enforced": 1, "failed": 1, "seconds": 21.4,
    }  # fmt: skip


def test_lines_for_viewers() -> None:
    assert in_words(DONE) == "RULE-001 (1 ms): Too much."
    assert in_words(MISSED) == "RULE-003 was NOT enforced: daily loss."
