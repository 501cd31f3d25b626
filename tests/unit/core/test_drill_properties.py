"""The drill must never refuse a start for a configuration or an hour, however odd."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

from risk_manager.core.drill import drill
from risk_manager.rules import RULES_BY_SECTION
from risk_manager.simulation.setup import watched
from risk_manager.utils.holidays import EarlyClose, HolidayCalendar
from tests.support.rule_sections import SECTIONS, global_sections

INSTANTS = st.datetimes(
    datetime(2025, 1, 1),  # noqa: DTZ001 - hypothesis wants naive bounds; the zone follows
    datetime(2028, 12, 31),  # noqa: DTZ001 - as above
    timezones=st.just(UTC),
)
CALENDAR = HolidayCalendar(
    frozenset({date(2026, 11, 26), date(2026, 12, 25)}),
    {date(2026, 11, 27): EarlyClose(date(2026, 11, 27), time(13, 0), "America/New_York")},
    date(2028, 12, 31),
)
EDGES = st.sampled_from(
    [
        datetime(2026, 3, 8, hour, minute, tzinfo=ZoneInfo("America/New_York")).astimezone(UTC)
        for hour in (0, 1, 3, 17)
        for minute in (0, 59)
    ]
    + [datetime(2026, 11, 1, 5, minute, tzinfo=UTC) for minute in (0, 30, 59)]
    + [datetime(2026, 11, 18, 22, 0, tzinfo=UTC)]
)
"""Nights in which clocks change, and the instant of a reset."""


def test_every_rule_has_a_strategy():
    assert SECTIONS.keys() == RULES_BY_SECTION.keys()


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(
    sections=st.fixed_dictionaries({}, optional=SECTIONS),
    world=global_sections,
    now=st.one_of(INSTANTS, EDGES),
)
def test_every_accepted_configuration_passes(sections, world, now):
    account = watched(sections, world)
    assert drill([account], account.config.global_, CALENDAR, now) == len(sections)
