"""Every page over the fixture states: it fits, has an ASCII form, and says the facts."""

import json
from dataclasses import replace

import msgspec
import pytest

from risk_manager.cli.formatting import ASCII_GLYPHS, UNICODE_GLYPHS
from risk_manager.cli.trader.frame import Frame
from risk_manager.cli.trader.model import AccountRow, parse_status
from risk_manager.cli.trader.model_history import parse_history
from risk_manager.cli.trader.pages import BY_KEY, PAGES, WHY, Page, picture
from risk_manager.cli.trader.watch import Watch, choose
from tests.unit.cli.test_screen import BERLIN, NAMES, STATES

HISTORY = {
    "account": 123,
    "enforcements": [
        {
            "at": "2026-03-10T18:00:09.131Z", "rule": "RULE-002", "reason": "4 of 2 ES contracts",
            "action": "CLOSE_POSITION", "contract": "CON.F.US.EP.H26", "outcome": "REJECTED",
            "code": 2, "message": "Invalid account", "ms_to_request": 7.2,
        }
    ],
    "totals": [{"action": "REDUCE_POSITION", "outcome": "DONE", "count": 3}],
    "locks": [
        {
            "rule": "RULE-003", "reason": "daily loss -510.00 of -500.00",
            "set_at": "2026-03-09T18:00:00Z", "ended_at": "2026-03-09T21:00:00Z",
            "end_cause": "daily reset",
        }
    ],
}  # fmt: skip


def frame_of(name: str, **changes) -> Frame:
    status = parse_status(json.loads((STATES / f"{name}.json").read_text(encoding="utf-8")))
    frame = Frame(Watch(status, 0.4), choose(status, None), BERLIN, UNICODE_GLYPHS, live=True)
    return replace(frame, **changes)


def words(frame: Frame, page: Page) -> str:
    found = picture(frame, page)
    lines = [line.plain for part in (found.head, found.body, found.foot) for line in part]
    return " ".join(" ".join(lines).split())


def with_account(frame: Frame, **changes) -> Frame:
    account: AccountRow = msgspec.structs.replace(frame.accounts[0], **changes)
    return replace(frame, accounts=(account,))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [80, 120, 40])
def test_every_page_fits_its_width(page: Page, name: str, width: int) -> None:
    history = parse_history(HISTORY)
    found = picture(frame_of(name, width=width, history=history), page)
    bar = 1 if page.scrolls else 0
    assert {line.cell_len for line in found.head + found.foot} == {width}
    assert {line.cell_len for line in found.body} == {width - bar}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
@pytest.mark.parametrize("name", NAMES)
def test_every_page_has_an_ascii_form(page: Page, name: str) -> None:
    assert words(frame_of(name, glyphs=ASCII_GLYPHS), page).isascii()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_page_says_first_whether_anybody_watches(page: Page) -> None:
    assert "MONITORED - the guard is on" in words(frame_of("ok"), page)
    gone = replace(frame_of("ok"), watch=Watch(None, None, "no daemon answers"), accounts=())
    assert "NOT MONITORED - nobody enforces your rules: no daemon answers" in words(gone, page)
    blind = frame_of("degraded")
    assert blind.watch.status is not None
    status = msgspec.structs.replace(blind.watch.status, blind_s=11.0)
    seen = words(replace(blind, watch=Watch(status, 1.0)), page)
    assert "DEGRADED - BLIND for 12s - market hub down" in seen


def test_the_shown_page_is_marked_without_colour() -> None:
    for page in PAGES:
        foot = picture(frame_of("ok"), page).foot[-1].plain
        assert f"[{page.key} {page.name}]" in foot
        assert foot.count("[") == 1
        assert "Q Quit" in foot


@pytest.mark.parametrize(
    ("key", "facts"),
    [
        ("1", [
            "NO STOP - MNQ 1 of 2 uncovered - closes in 56s - place a sell stop for 1",
            "NO STOP - ES 2 of 2 uncovered - closes in 57s - place a sell stop for 2",
            "85 % - daily loss -425.00 of -500.00 - 75.00 left - you may trade",
            "venue's loss limit 1,549.00 away at most", "market hub up API up clock trusted",
        ]),
        ("2", [
            "balance at the day's start 150,000.00", "realised, gross -425.00",
            "realised, net of costs -441.22", "total, gross -451.00",
            "left until the loss limit 75.00", "lowest total -451.00 at 14:00:11",
            "1,549.00 at most, of -2,000.00 (topstep-50k)", "before 08:02 realised only",
            "14:00:07 MNQ sell 1 at 29500 -150.00 -400.00",
        ]),
        ("3", [
            "MNQ long 2/3 29500.25 -1.00 5s 5s 1 of 2", "no stop: closes in 56s",
            "the session closes it in 1h 59m", "MNQ sell 2 limit 29700 open",
        ]),
        ("4", [
            "9 rules", "MNQ 2 of 3 █████████░░░░░ 66%", "hour 5 of 30 ██░░░░░░░░░░░░ 16%",
            "per minute 1 left (5 of 6)", "evaluated at 14:00:08", "ES 0 RULE-002",
        ]),
        ("5", [
            "guards, up for 5h 58m, version 0.1.0, mode enforce", "heartbeat 0.4s ago",
            "user hub up for 5h 57m, last event 3s ago", "token is 5h 58m old",
            "database takes rows", "clock trusted", "Anyone at this PC can stop monitoring",
        ]),
        ("6", [
            "now 2:00 PM ET (19:00 CET)", "exchange open, closes 5:00 PM ET (22:00 CET, in 2h 59m)",
            "forced close in 1h 59m", "Fri 2026-03-13 closes early: Fri 1:00 PM ET",
            "Mon 2026-03-16 closed all day",
        ]),
        ("7", [
            "BLOCKED SYMBOL", "RULE-011 symbol blocks - RTY", "ends until the block is removed",
            "allowed other symbols are free", "RULE-003 account: daily loss -510.00 of -500.00",
            "ended Mon 17:00:00, daily reset",
        ]),
        ("8", [
            "RULE-002 close position ES: 4 of 2 ES contracts", "REJECTED 7.2 / -",
            "the venue: Invalid account (2)", "3 x reduce position DONE",
        ]),
        ("?", ["Tab the next account", "clock in, clock out", "personal lockout"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_the_facts_of_each_page(key: str, facts: list[str]) -> None:
    seen = words(frame_of("busy", height=40, history=parse_history(HISTORY)), BY_KEY[key])
    for fact in facts:
        assert fact in seen


def test_unknown_is_never_shown_as_zero() -> None:
    frame = frame_of("unknown_pnl")
    assert "realised, gross UNKNOWN" in words(frame, BY_KEY["2"])
    assert "daily loss UNKNOWN - the day's fills are not read yet" in words(frame, BY_KEY["4"])
    assert "0 of" not in words(frame, BY_KEY["4"])


def test_a_rule_that_is_unknown_says_what_it_means() -> None:
    seen = words(frame_of("unknown_pnl"), BY_KEY["1"])
    assert "daily loss is not evaluated - you may trade; other rules are active" in seen


def test_a_follower_says_what_the_guard_cannot_do() -> None:
    seen = words(with_account(frame_of("ok"), follower=True), BY_KEY["1"])
    assert "FOLLOWER - cannot cancel here; guard the leader - positions are still closed" in seen


def test_without_history_the_log_shows_what_the_status_has() -> None:
    assert "RULE-002 reduce position ES" in words(frame_of("busy"), BY_KEY["8"])
    assert "being asked for" in words(frame_of("busy"), BY_KEY["7"])


def test_why_explains_lock_and_act() -> None:
    frame = frame_of("locked")
    assert frame.watch.status is not None
    lines = WHY(frame, frame.watch.status, frame.accounts[0])
    seen = " ".join(" ".join(line.plain for line in lines).split())
    for fact in [
        "RULE-003 (daily loss): The day ends when its loss reaches the limit.",
        "Its limit: -500.00.",
        "daily loss -550.00 of -500.00",
        "Result: DONE, the broker's own list shows the effect.",
    ]:
        assert fact in seen


def test_why_without_anything_done() -> None:
    frame = with_account(frame_of("ok"), enforcements=(), locks=())
    assert frame.watch.status is not None
    lines = WHY(frame, frame.watch.status, frame.accounts[0])
    assert "Nothing was enforced and nothing is locked." in lines[1].plain
