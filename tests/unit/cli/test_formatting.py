"""Money, bars and the PC's zone."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from risk_manager.cli import formatting
from risk_manager.cli.formatting import ASCII_GLYPHS, PcZone


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("-260.00", "-260.00"), ("1,250.50", "1250.50"), ("MNQ 2", "2"), ("M2K 3", "3"),
        ("6E 4", "4"), ("09:30-16:00", None), ("MNQ 2, ES 1", None), ("flat", None), (None, None),
        ("+12", "12"),
    ],
)  # fmt: skip
def test_only_number(text: str | None, number: str | None) -> None:
    found = formatting.only_number(text)
    assert found == (None if number is None else Decimal(number))


@pytest.mark.parametrize(
    ("value", "limit", "used"),
    [("-250", "-500", "0.5"), ("100", "-500", "0"), ("3", "2", "1.5"), ("0", "0", "1")],
)
def test_used_fraction(value: str, limit: str, used: str) -> None:
    assert formatting.used_fraction(Decimal(value), Decimal(limit)) == Decimal(used)


def test_a_bar_never_leaves_its_frame() -> None:
    bars = [formatting.bar(Decimal(part), 4, ASCII_GLYPHS) for part in ("0", "0.5", "1", "9")]
    assert bars == ["....", "##..", "####", "####"]


@pytest.mark.parametrize(("used", "color"), [("0.69", "green"), ("0.9", "yellow"), ("1", "red")])
def test_levels(used: str, color: str) -> None:
    assert color in formatting.level_style(Decimal(used))


def test_unknown_money_is_a_word_and_gains_carry_their_sign() -> None:
    assert formatting.signed(None) == "UNKNOWN"
    assert [formatting.signed(Decimal(x)) for x in ("31.5", "-0.001", "-1250")] == [
        "+31.50", "0.00", "-1,250.00",
    ]  # fmt: skip


def test_the_pc_zone_agrees_with_the_system() -> None:
    for month in (1, 7):
        instant = datetime(2026, month, 15, 12, tzinfo=UTC)
        shown = instant.astimezone(PcZone())
        assert shown.utcoffset() == instant.astimezone().utcoffset()
        assert shown.hour == instant.astimezone().hour
        assert shown == instant


def test_no_color_wins_over_the_terminal(monkeypatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert formatting.make_console(color=True, force_terminal=True).no_color
    monkeypatch.delenv("NO_COLOR")
    assert formatting.make_console(color=False, force_terminal=True).no_color
    assert not formatting.make_console(color=True, force_terminal=True).no_color
