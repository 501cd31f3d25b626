"""Session hours are compared by the instants at which each symbol is open."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from risk_manager.config.open_hours import HORIZON, open_spans, within
from risk_manager.utils.holidays import EarlyClose, HolidayCalendar
from tests.support.config_sets import NOW, config_set, verdicts

ZONE = "America/New_York"
CHRISTMAS = HolidayCalendar(frozenset({date(2026, 12, 25)}), {}, date.max)
HALF = HolidayCalendar(
    frozenset(), {date(2026, 12, 24): EarlyClose(date(2026, 12, 24), time(13), ZONE)}, date.max
)


def hours(start, end, zone=ZONE):
    return {"start": start, "end": end, "timezone": zone}


def section(whole=None, own=None, **keys):
    keys["global_session"] = {"enabled": whole is not None, **(whole or hours("09:30", "16:00"))}
    if own is not None:
        keys["per_instrument_sessions"] = {"enabled": True, "sessions": own}
    return {"session_block_outside": keys}


DAY = hours("09:30", "16:00")
NIGHT = hours("18:00", "17:00")


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        (section(DAY), section(hours("10:00", "15:59")), "tighter"),
        (section(DAY), section(hours("09:00", "15:00")), "incomparable"),
        (section(DAY), section(hours("08:30", "15:00", "America/Chicago")), "neutral"),
        (section(DAY), section(DAY, days=("mon", "fri")), "tighter"),
        (section(DAY), section(DAY, own={"ES": DAY}), "tighter"),
        (section(DAY, own={"ES": DAY}), section(DAY), "looser"),
        (section(DAY), section(DAY, own={"ES": hours("10:00", "11:00")}), "tighter"),
        (section(DAY), section(DAY, own={"ES": NIGHT}), "incomparable"),
        (section(own={"ES": DAY}), section(DAY, own={"ES": DAY}), "tighter"),
        (section(own={"ES": DAY, "NQ": DAY}), section(own={"NQ": DAY}), "looser"),
        (section(own={"ES": NIGHT}), section(own={"ES": hours("18:00", "23:30")}), "incomparable"),
        (section(DAY), section(DAY, session_close_grace_seconds=60), "looser"),
        (section(DAY), section(DAY, lockout_outside_session=False), "looser"),
    ],
)
def test_hours(old, new, verdict):
    assert set(verdicts(config_set(old), config_set(new)).values()) == {verdict}


@pytest.mark.parametrize("days", [CHRISTMAS, HALF])
def test_a_closure_is_tighter_while_sessions_respect_it(days):
    plain, closed = config_set(section(DAY)), config_set(section(DAY), holidays=days)
    assert set(verdicts(plain, closed).values()) == {"tighter"}
    assert set(verdicts(closed, plain).values()) == {"looser"}
    deaf = section(DAY, respect_holidays=False)
    same = verdicts(config_set(deaf), config_set(deaf, holidays=days))
    assert set(same.values()) == {"neutral"}


def test_days_beyond_the_horizon_change_nothing():
    far = (NOW + HORIZON + timedelta(days=30)).date()
    late = HolidayCalendar(frozenset({far}), {}, date.max)
    plain, closed = config_set(section(DAY)), config_set(section(DAY), holidays=late)
    assert set(verdicts(plain, closed).values()) == {"neutral"}


def test_spans_are_the_sessions_themselves():
    rule: Any = config_set(section(DAY)).rules["session_block_outside"]
    spans = open_spans(rule.calendar(CHRISTMAS), "ES", NOW)
    assert spans is not None
    assert spans[0] == (NOW, datetime(2026, 3, 9, 20, tzinfo=UTC))
    assert spans[1] == tuple(
        datetime(2026, 3, 10, h, m, tzinfo=UTC) for h, m in ((13, 30), (20, 0))
    )
    assert not any(begins.date() == date(2026, 12, 25) for begins, _ in spans)


def test_within():
    a, b, c, d = (NOW + timedelta(hours=n) for n in range(4))
    assert within([(a, b), (c, d)], [(a, d)])
    assert not within([(a, d)], [(a, b), (c, d)])
    assert within([], [])
    assert not within(None, [(a, d)])
    assert within([(a, b)], None)
