"""History/retrieveBars: checks the request and cuts time into bars."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from risk_manager.gateway_sim.history import History
from risk_manager.gateway_sim.model import Answer, SimBar, SimContract
from risk_manager.gateway_sim.venue_enums import BarsCode, BarUnit

_MAX_BARS = 20_000
_LENGTHS = {
    BarUnit.SECOND: timedelta(seconds=1),
    BarUnit.MINUTE: timedelta(minutes=1),
    BarUnit.HOUR: timedelta(hours=1),
    BarUnit.DAY: timedelta(days=1),
    BarUnit.WEEK: timedelta(weeks=1),
}
# Bars start at whole multiples of their length since this Monday.
_ORIGIN = datetime(1970, 1, 5, tzinfo=UTC)
_INSTANT = timedelta(microseconds=1)
# No bars are made up before this year.
_FIRST_YEAR = 2000


def check_request(
    contract: SimContract | None, unit: int, unit_number: int, limit: int
) -> BarsCode:
    """Return the endpoint's code for a request; tick bars (unit 7) are not offered."""
    if contract is None:
        return BarsCode.CONTRACT_NOT_FOUND
    if unit not in _LENGTHS and unit != BarUnit.MONTH:
        return BarsCode.UNIT_INVALID
    if unit_number < 1:
        return BarsCode.UNIT_NUMBER_INVALID
    return BarsCode.SUCCESS if 1 <= limit <= _MAX_BARS else BarsCode.LIMIT_INVALID


def retrieve(
    history: History, contract: SimContract, edges: list[datetime], now: datetime
) -> tuple[Answer, list[SimBar]]:
    """Return the bars between `edges`, newest first."""
    return Answer(BarsCode.SUCCESS), history.bars(contract, edges, now)[::-1]


def bar_edges(
    unit: int,
    unit_number: int,
    start: datetime,
    end: datetime,
    now: datetime,
    limit: int,
    *,
    include_partial: bool,
) -> list[datetime]:
    """Return the starts of the last `limit` bars that start in [start, end), and the last's end.

    Empty when no bar starts there. The bar still forming at `now` counts only on request. `unit`
    and `unit_number` must have been checked.
    """
    latest = min(end - _INSTANT, now)
    first = _floor(unit, unit_number, latest)
    after = _next(unit, unit_number, first)
    if after > now and not include_partial:
        first, after = _floor(unit, unit_number, first - _INSTANT), first
    edges = [after]
    while first >= start and len(edges) <= limit and first.year >= _FIRST_YEAR:
        edges.append(first)
        first = _floor(unit, unit_number, first - _INSTANT)
    return edges[::-1] if len(edges) > 1 else []


def _floor(unit: int, number: int, at: datetime) -> datetime:
    if unit == BarUnit.MONTH:
        index = (at.year * 12 + at.month - 1) // number * number
        return datetime(index // 12, index % 12 + 1, 1, tzinfo=UTC)
    length = _LENGTHS[BarUnit(unit)] * number
    return _ORIGIN + (at - _ORIGIN) // length * length


def _next(unit: int, number: int, edge: datetime) -> datetime:
    if unit == BarUnit.MONTH:
        index = edge.year * 12 + edge.month - 1 + number
        return datetime(index // 12, index % 12 + 1, 1, tzinfo=UTC)
    return edge + _LENGTHS[BarUnit(unit)] * number
