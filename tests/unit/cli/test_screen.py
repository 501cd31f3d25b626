"""The trader's screen over the fixture states: what it says and that it fits."""

import json
from dataclasses import replace
from datetime import timedelta, timezone
from pathlib import Path

import msgspec
import pytest

from risk_manager.cli.formatting import ASCII_GLYPHS, UNICODE_GLYPHS, glyphs_for
from risk_manager.cli.trader.frame import Frame
from risk_manager.cli.trader.model import parse_status
from risk_manager.cli.trader.status_screen import screen_lines
from risk_manager.cli.trader.watch import Watch, choose

STATES = Path(__file__).parents[2] / "fixtures" / "status"
NAMES = sorted(path.stem for path in STATES.glob("*.json"))
BERLIN = timezone(timedelta(hours=1), "CET")


def frame_of(name: str, age_s: float = 0.4, **changes) -> Frame:
    status = parse_status(json.loads((STATES / f"{name}.json").read_text(encoding="utf-8")))
    frame = Frame(Watch(status, age_s), choose(status, None), BERLIN, UNICODE_GLYPHS)
    return replace(frame, **changes)


def text_of(frame: Frame) -> str:
    return "\n".join(line.plain for line in screen_lines(frame))


def words_of(frame: Frame) -> str:
    return " ".join(text_of(frame).split())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [(80, 24), (120, 40), (60, 12), (40, 8)])
def test_every_state_fits_the_terminal(name: str, size: tuple[int, int]) -> None:
    width, height = size
    lines = screen_lines(frame_of(name, width=width, height=height))
    assert len(lines) <= height
    assert {line.cell_len for line in lines} == {width}


@pytest.mark.parametrize("name", NAMES)
def test_the_ascii_screen_is_ascii(name: str) -> None:
    assert text_of(frame_of(name, glyphs=ASCII_GLYPHS)).isascii()


def test_a_console_that_cannot_encode_gets_ascii() -> None:
    assert glyphs_for("cp1252") is ASCII_GLYPHS
    assert glyphs_for("utf-8") is UNICODE_GLYPHS
    assert glyphs_for("no-such-encoding") is ASCII_GLYPHS
    assert glyphs_for(None) is ASCII_GLYPHS


def test_ok() -> None:
    words = words_of(frame_of("ok"))
    for part in [
        "Main Trading Account (123)",
        "19:32:05 CET",
        "MONITORED - the guard is on - data 0.4s old",
        "OK TO TRADE",
        "Development. Anyone at this PC can stop monitoring.",
        "realised -260.00 open +31.50 total -228.50",
        "session open, closes 4:00 PM ET (21:00 CET, in 1h 27m)",
        "next order at most: MNQ 1",
        "003 daily loss -260.00 of -500.00 ███████░░░░░░░ 52% 240.00 left",
        "MNQ long 2 at 21000.25 open +31.50 stop covers 2 of 2",
        "MNQ sell 2 stop order at 20990.00",
        "RULE-001 close position ES: 6 of 5 contracts DONE 1.1 / 13",
        "daemon up user hub up market hub up clock trusted",
    ]:
        assert part in words


def test_locked_says_why_until_when_and_what_is_allowed() -> None:
    assert (
        "LOCKED OUT - daily loss -550.00 of -500.00 - reset 5:00 PM ET (22:00 CET, in 2h 27m)"
        " - nothing to do; new orders are closed at once"
    ) in words_of(frame_of("locked"))


def test_the_countdown_goes_on_between_two_answers() -> None:
    assert "unlocks in 47s" in words_of(frame_of("cooldown", age_s=0.0))
    assert "unlocks in 44s" in words_of(frame_of("cooldown", age_s=3.0))


def test_a_symbol_lock_is_a_badge_beside_the_account_lock() -> None:
    words = words_of(frame_of("cooldown"))
    assert "COOLDOWN - 4/3 entries per minute" in words
    assert "BLOCKED SYMBOL - RTY - until the block is removed - other symbols are free" in words


def test_degraded_names_its_causes() -> None:
    words = words_of(frame_of("degraded"))
    assert "DEGRADED - market hub down for 12s; RULE-009 failed: KeyError" in words
    assert "Blind today: 12s" in words
    assert "market hub down clock untrusted" in words


def test_session_closed() -> None:
    words = words_of(frame_of("session_closed"))
    assert "SESSION CLOSED - opens Tue 9:30 AM ET" in words
    assert "new orders are closed at once" in words
    assert "flat, no working orders" in words


def test_unknown_is_never_shown_as_zero() -> None:
    words = words_of(frame_of("unknown_pnl"))
    assert "realised UNKNOWN open UNKNOWN total UNKNOWN" in words
    assert "003 daily loss UNKNOWN - the day's fills are not read yet" in words
    assert "broker allows trading: UNKNOWN" in words


def test_shadow_never_looks_protected() -> None:
    words = words_of(frame_of("shadow_two_accounts"))
    assert "SHADOW - nothing is enforced" in words
    assert "MONITORED" not in words


def test_a_stale_status_turns_the_banner() -> None:
    words = words_of(frame_of("ok", age_s=6.0))
    assert "NOT MONITORED - nobody enforces your rules: the last status is 6 s old" in words
    assert "daemon not answering" in words
    assert "the guard is on" not in words


def test_without_a_status_the_reason_is_shown() -> None:
    frame = Frame(Watch(None, None, "no daemon answers"), (), BERLIN, UNICODE_GLYPHS)
    assert "NOT MONITORED - nobody enforces your rules: no daemon answers" in words_of(frame)


def test_long_lists_end_with_a_count_and_keep_the_footer() -> None:
    frame = frame_of("ok")
    account = frame.accounts[0]
    many = replace(frame, accounts=(_with_positions(account, 30),))
    lines = [line.plain.rstrip() for line in screen_lines(many)]
    assert len(lines) == 24
    shown = sum(" long " in line for line in lines)
    assert shown > 3
    assert f"  and {31 - shown} more" in lines  # the working order comes after them
    assert lines[-1].startswith(" daemon up")
    assert any("RULE-001 close position" in line for line in lines)


def test_when_limits_do_not_fit_the_fullest_stay() -> None:
    words = words_of(frame_of("locked", height=16))
    assert "The fullest of 4 limits" in words
    assert "003 daily loss -550.00 of -500.00" in words


def _with_positions(account, count: int):
    return msgspec.structs.replace(account, positions=account.positions * count)


def test_names_from_outside_cannot_steer_the_terminal() -> None:
    frame = frame_of("ok")
    account = msgspec.structs.replace(frame.accounts[0], name="A\x1b[2Jx\r\nB")
    assert "\x1b" not in text_of(replace(frame, accounts=(account,)))


def test_the_alert_is_a_banner() -> None:
    assert "!! RULE-001 close position: too many" in words_of(
        frame_of("ok", alert="RULE-001 close position: too many")
    )
