"""The help of the live view."""

from __future__ import annotations

from typing import Final

from rich.text import Text

from risk_manager.cli.trader.frame import Frame

_TEXT: Final = """\
Keys
  1 to 8     the pages; the arrows and PgUp, PgDn scroll a long one
  Tab        the next account
  R          draw again now
  I, O       clock in, clock out (a record of your hours; no rule reads it)
  ?          this help, and back
  Q, Ctrl-C  quit; the guard goes on without this screen

The second line
  MONITORED      the guard is on
  SHADOW         rules are judged, nothing is enforced
  DEGRADED       the guard is on, but something is missing; the causes follow
  BLIND          the stream of your orders and positions is interrupted
  NOT MONITORED  nobody enforces your rules

Gauges
  Below 70 % green, 70 to 90 % yellow, above red. UNKNOWN is no zero: the
  value cannot be known at present, and the rule says so.
  "Next order at most": the largest order that breaches nothing once filled.

This tool only looks. It has no "I am done for today": the venue's own
personal lockout is the tool for that wish.
"""


def help_lines(frame: Frame) -> list[Text]:
    """Return the help, one line each."""
    return [frame.line(f" {line}") for line in _TEXT.splitlines()]
