"""The top of the screen: who is shown, is the guard on, may I trade, who could switch it off."""

from __future__ import annotations

from typing import Final

from rich.text import Text

from risk_manager.cli.trader.frame import Frame
from risk_manager.cli.trader.lock_words import lock_words
from risk_manager.cli.trader.model import AccountRow, Status
from risk_manager.cli.trader.watch import NOT_MONITORED, main_lock
from risk_manager.utils.wording import duration, zone_label

TIERS: Final = {
    1: "Development. Anyone at this PC can stop monitoring.",
    2: "Service. A trader with administrator rights can still stop it; this leaves traces.",
    3: (
        "Service. A standard user cannot stop it or change its files; switching off the PC or its"
        " network still ends the guard and is recorded at the next start."
    ),
}

_WATCH_STYLE: Final = {
    "MONITORED": "bold black on green",
    "SHADOW": "bold bright_white on magenta",
    "DEGRADED": "bold black on yellow",
    NOT_MONITORED: "bold bright_white on red",
}
_STATE_STYLE: Final = {"OK TO TRADE": "bold green", "NOT WATCHED": "bold bright_white on magenta"}
_LOCKED_STYLE: Final = "bold bright_white on red"


def headline(frame: Frame, *, short: bool = False) -> list[Text]:
    """Return the lines above the sections; `short` leaves out the protection tier."""
    lines = [_header(frame), *_watch_lines(frame)]
    if frame.alert:
        lines += frame.lines(f"!! {frame.alert}", "bold bright_white on blue")
    status, account = frame.watch.status, frame.account
    if status is None:
        return lines
    if account is not None:
        lines += _state_lines(frame, status, account)
    return lines if short else [*lines, *frame.lines(tier_text(status), "dim")]


def _header(frame: Frame) -> Text:
    status, account = frame.watch.status, frame.account
    left = " Risk Manager"
    if account is not None:
        others = len(frame.accounts) - 1
        more = f" and {others} more" if others else ""
        left += f"   {account.name or 'account'} ({account.id}){more}"
    right = ""
    if status is not None:
        now = frame.now(status)
        right = f"{now.astimezone(frame.pc_zone):%H:%M:%S} {zone_label(now, frame.pc_zone)} "
    line = frame.line(left, "bold")
    if right:
        line.right_crop(min(len(right), len(line)))
        line.append(right)
    return line


def _watch_lines(frame: Frame) -> list[Text]:
    """Return the line nobody may miss: words first, so that it is readable without colour."""
    watch, word = frame.watch, frame.watch.word
    if word == NOT_MONITORED:
        text = f"{word} - nobody enforces your rules: {'; '.join(watch.causes)}"
    elif word == "SHADOW":
        text = f"{word} - nothing is enforced; breaches are only recorded"
    elif word == "DEGRADED":
        text = f"{word} - {_blind(frame)}{'; '.join(watch.causes) or 'no cause told'}"
    else:
        text = f"{word} - the guard is on"
    if watch.status is not None and not watch.is_stale:
        text += f" - data {watch.age_s:.1f}s old"
    return frame.lines(text, _WATCH_STYLE.get(word, _LOCKED_STYLE))


def _blind(frame: Frame) -> str:
    """Return how long the stream of orders and positions has been interrupted."""
    status = frame.watch.status
    if status is None or status.blind_s is None:
        return ""
    return f"BLIND for {duration(status.blind_s + (frame.watch.age_s or 0.0))} - "


def _state_lines(frame: Frame, status: Status, account: AccountRow) -> list[Text]:
    """Return the account's state, with its lock's reason, end and what is still allowed."""
    account_locks = [lock for lock in account.locks if lock.scope == "account"]
    badges = _badges(frame, status, account)
    shown = main_lock(account_locks)
    if shown is None:
        style = _STATE_STYLE.get(account.state, _LOCKED_STYLE)
        return [*frame.lines(account.state, style), *badges]
    more = len(account_locks) - 1
    line = lock_words(frame, status, account, shown)
    if more:
        line += f" - and {more} more {'lock' if more == 1 else 'locks'}"
    return [*frame.lines(line, _LOCKED_STYLE), *badges]


def _badges(frame: Frame, status: Status, account: AccountRow) -> list[Text]:
    """Return one line per locked symbol."""
    return [
        frame.line(f" {lock_words(frame, status, account, lock)}", "bold red")
        for lock in account.locks
        if lock.scope != "account"
    ]


def tier_text(status: Status) -> str:
    """Return who could stop the guard, in plain words, and how long it was blind today."""
    text = TIERS.get(status.tier or 0, "Protection tier unknown.")
    if status.blind_s_today:
        text += f" Blind today: {duration(status.blind_s_today)}."
    return text
