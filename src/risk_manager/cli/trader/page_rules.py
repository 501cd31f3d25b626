"""Page 4: every rule with its reading, its limit, how full it is and what is left."""

from __future__ import annotations

from rich.text import Text

from risk_manager.cli.trader import sections
from risk_manager.cli.trader.frame import Frame
from risk_manager.cli.trader.gauges import gauges
from risk_manager.cli.trader.model import AccountRow, RuleRow, Status
from risk_manager.cli.trader.rows import room_words


def rules_lines(frame: Frame, _status: Status, account: AccountRow) -> list[Text]:
    """Return the page, of any length."""
    enabled = [rule for rule in account.rules if rule.enabled]
    lines = [frame.title(f"{len(enabled)} rules")]
    for rule in enabled:
        lines.append(sections.rule_line(frame, account, rule))
        found = gauges(account, rule)
        if len(found) > 1:
            lines += [
                sections.gauge_line(frame, f"      {gauge.of:<16}", gauge, "") for gauge in found
            ]
        lines.append(frame.line(_evaluated(frame, account, rule), "dim"))
    if not enabled:
        lines.append(frame.line("  no rule is enabled: nothing is guarded", "bold red"))
    lines += windows_lines(frame, account)
    if account.headroom:
        lines.append(frame.title("Next order at most"))
    for head in account.headroom:
        lines.append(frame.line(f"  {room_words(head):<20} {head.rule or 'no rule limits it'}"))
    return lines


def windows_lines(frame: Frame, account: AccountRow) -> list[Text]:
    """Return the trades left in each limited window; none without a limit."""
    if not account.windows:
        return []
    rows = [
        frame.line(
            f"  per {row.window:<8} {row.left:>4} left   ({row.count} of {row.limit})",
            "bold red" if row.left == 0 else "",
        )
        for row in account.windows
    ]
    return [frame.title("Trades left"), *rows]


def _evaluated(frame: Frame, account: AccountRow, rule: RuleRow) -> str:
    if rule.last_evaluated_at is None:
        return "      not evaluated yet"
    at = rule.last_evaluated_at.astimezone(frame.zone(account))
    mode = "" if rule.mode == "enforce" else f", {rule.mode} only"
    return f"      evaluated at {at:%H:%M:%S}{mode}"
