"""What people call a rule: its number, `RULE-003`, or its section."""

from __future__ import annotations

import click

from risk_manager.config.structure import nearest
from risk_manager.rules import RULES


def section_of(name: str) -> str:
    """Return the section of a rule; a usage error names the nearest for an unknown one."""
    digits = name.upper().removeprefix("RULE-").zfill(3)
    for rule in RULES:
        if name == rule.section or rule.rule_id == f"RULE-{digits}":
            return rule.section
    raise click.UsageError(f"unknown rule {name!r}: {nearest(name, [r.section for r in RULES])}")


def rule_id_of(name: str) -> str:
    """Return `RULE-003` for any of its names."""
    section = section_of(name)
    return next(rule.rule_id for rule in RULES if rule.section == section)
