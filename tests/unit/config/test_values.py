"""Field types: what they accept and what it becomes."""

from datetime import time
from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from risk_manager.config.values import (
    ContractLimit,
    Duration,
    IsoDate,
    LossLimit,
    Pause,
    PlainText,
    ProfitTarget,
    Ratio,
    Root,
    RootList,
    UsdAmount,
    WallTime,
    ZoneName,
)
from risk_manager.rules.trade_frequency_config import Cooldown


def parse(kind: Any, value: object) -> object:
    return TypeAdapter(kind).validate_python(value, strict=True)


@pytest.mark.parametrize(
    ("kind", "value", "result"),
    [
        (LossLimit, 500, Decimal(-500)),
        (LossLimit, Decimal("-500.10"), Decimal("-500.10")),
        (ProfitTarget, Decimal("0.01"), Decimal("0.01")),
        (UsdAmount, -3, Decimal(-3)),
        (Ratio, 0, Decimal(0)),
        (ContractLimit, 1, 1),
        (WallTime, "00:00", time(0)),
        (WallTime, time(9, 30), time(9, 30)),
        (ZoneName, "America/Chicago", "America/Chicago"),
        (Root, "ep", "ES"),
        (Root, "mnq", "MNQ"),
        (Root, "6e", "6E"),
        (RootList, ("rty", "ENQ"), ("RTY", "NQ")),
        (Duration, 300, 300),
        (Duration, "90s", 90),
        (Duration, "5m", 300),
        (Duration, "2h", 7200),
        (Duration, "744h", 31 * 86_400),
        (Cooldown, "until_reset", Pause(None)),
        (Cooldown, "1h", Pause(3600)),
        (PlainText, 12345, "12345"),
        (PlainText, " name ", "name"),
    ],
)
def test_accepted(kind, value, result):
    assert parse(kind, value) == result


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (LossLimit, 0), (LossLimit, True), (LossLimit, 1.5), (LossLimit, None), (LossLimit, "5"),
        (ProfitTarget, 0), (ProfitTarget, -5), (UsdAmount, False), (Ratio, True), (Ratio, "1"),
        (ContractLimit, 0), (ContractLimit, True), (ContractLimit, Decimal("5.0")),
        (WallTime, 1020), (WallTime, True), (WallTime, None), (WallTime, "1700"),
        (ZoneName, "EST"), (ZoneName, 5), (ZoneName, None), (ZoneName, "CST6CDT"),
        (Root, ""), (Root, "M NQ"), (Root, None), (Root, True), (Root, "CON.F.US.EP.Z25"),
        (RootList, ("ES", "EP")),
        (Duration, -1), (Duration, "5 m"), (Duration, "5d"), (Duration, True), (Duration, "m"),
        (Duration, 31 * 86_400 + 1), (Duration, "745h"), (Cooldown, 10**12),
        (Cooldown, 0), (Cooldown, "until"), (IsoDate, "2026-02-30"), (IsoDate, "20260101"),
        (IsoDate, "2026-W01-1"), (IsoDate, 20260101), (PlainText, ""), (PlainText, True),
    ],
)  # fmt: skip
def test_refused_with_a_fix(kind, value):
    with pytest.raises(ValidationError) as caught:
        parse(kind, value)
    (error,) = caught.value.errors()
    assert error["type"] == "greater_than" or "int" in error["type"] or error["ctx"]["fix"]
