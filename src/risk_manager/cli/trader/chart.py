"""The day's P&L as a small chart against the limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final

from rich.text import Text

from risk_manager.cli.formatting import money, only_number
from risk_manager.cli.trader.frame import Frame
from risk_manager.cli.trader.model import AccountRow
from risk_manager.cli.trader.model_day import CurveRow
from risk_manager.utils.wording import zone_label

_LABEL: Final = 11
_BEYOND: Final = Decimal("1.25")
_LOSS, _TARGET = "RULE-003", "RULE-013"


@dataclass(frozen=True, slots=True)
class _Scale:
    """Maps USD to one of `height` rows, row 0 on top."""

    low: Decimal
    high: Decimal
    height: int

    def row(self, value: Decimal) -> int:
        share = (self.high - value) / (self.high - self.low)
        return min(self.height - 1, max(0, int(share * (self.height - 1) + Decimal("0.5"))))


def chart(frame: Frame, account: AccountRow, height: int) -> list[Text]:
    """Return the chart in `height` lines (title and hours included), none when it is too low.

    Rows for zero, the daily loss limit and the daily target are marked; a gap is where the value
    was UNKNOWN.
    """
    curve = account.curve
    known = [] if curve is None else [point for point in curve.points if point is not None]
    if curve is None or not known or height < 5:
        return []
    marks = {Decimal(0): "0"} | {
        limit: name
        for rule, name in ((_LOSS, "limit"), (_TARGET, "target"))
        if (limit := _limit(account, rule)) is not None
    }
    scale = _scale(known, marks, height - 2)
    columns = _fitted(curve.points, frame.width - _LABEL - 2)
    grid = _grid(frame, scale, columns, marks)
    labels = {scale.row(value): money(value) for value in (scale.low, scale.high, *marks)}
    lines = [
        frame.line(f"{labels.get(row, ''):>{_LABEL}} {''.join(signs)}", _style(scale, row, marks))
        for row, signs in enumerate(grid)
    ]
    return [frame.title(_title(frame, account, curve)), *lines, _hours(frame, account, curve)]


def _scale(known: Sequence[Decimal], marks: Mapping[Decimal, str], height: int) -> _Scale:
    """Return a scale over points and marks; a point far beyond a limit is drawn at the edge."""
    low, high = min(*known, *marks), max(*known, *marks, Decimal(1))
    for value in marks:
        if value < 0:
            low = max(low, value * _BEYOND)
        elif value > 0:
            high = min(high, value * _BEYOND)
    return _Scale(low, high, height)


def _limit(account: AccountRow, rule_id: str) -> Decimal | None:
    rows = (rule for rule in account.rules if rule.rule == rule_id and rule.enabled)
    return next((only_number(rule.limit) for rule in rows), None)


def _fitted(points: Sequence[Decimal | None], width: int) -> list[Decimal | None]:
    """Stretch or thin the points to a width; the newest one stays at the right edge."""
    if len(points) >= width:
        return list(points[-width:]) if len(points) == width else _thinned(points, width)
    each = width // len(points)
    return [point for point in points for _ in range(each)]


def _thinned(points: Sequence[Decimal | None], width: int) -> list[Decimal | None]:
    """Keep of each column the value that is farthest from zero, so that no extreme gets lost."""
    columns = []
    for column in range(width):
        part = points[column * len(points) // width : (column + 1) * len(points) // width]
        found = [point for point in part if point is not None]
        columns.append(max(found, key=abs) if found else None)
    return columns


def _grid(
    frame: Frame, scale: _Scale, columns: Sequence[Decimal | None], marks: dict[Decimal, str]
) -> list[list[str]]:
    grid = [[" "] * len(columns) for _ in range(scale.height)]
    for value in marks:
        grid[scale.row(value)] = [frame.glyphs.dash] * len(columns)
    for place, point in enumerate(columns):
        if point is not None:
            grid[scale.row(point)][place] = frame.glyphs.dot
    return grid


def _style(scale: _Scale, row: int, marks: dict[Decimal, str]) -> str:
    """Colour the rows of limits; words and numbers say the same."""
    names = {scale.row(value): name for value, name in marks.items()}
    return {"limit": "red", "target": "green"}.get(names.get(row, ""), "")


def _title(frame: Frame, account: AccountRow, curve: CurveRow) -> str:
    zone, end = frame.zone(account), curve.watched_from
    return f"P&L of the day, {curve.step_s // 60} min a mark, times in {zone_label(end, zone)}"


def _hours(frame: Frame, account: AccountRow, curve: CurveRow) -> Text:
    zone = frame.zone(account)
    end = curve.began_at + timedelta(seconds=curve.step_s * len(curve.points))
    left, right = (f"{at.astimezone(zone):%H:%M}" for at in (curve.began_at, end))
    middle = ""
    if curve.watched_from - curve.began_at > timedelta(minutes=2):
        watched = curve.watched_from.astimezone(zone)
        middle = f"  before {watched:%H:%M} realised only"
    room = max(0, frame.width - _LABEL - 2 - len(left) - len(middle) - len(right))
    return frame.line(f"{'':>{_LABEL}} {left}{middle}{' ' * room}{right}", "dim")
