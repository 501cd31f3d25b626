"""RULE-003: what holds for every day of trades and every instant of the year."""

from datetime import UTC, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.support.make import NEW_YORK, ny, trade
from tests.support.stage import Stage
from tests.unit.rules.test_daily_realized_loss import lock_of, loss

amounts = st.decimals("-400", "400", places=2, allow_nan=False)


@given(st.lists(amounts, max_size=8), st.decimals("0.01", "300", places=2))
def test_a_larger_loss_never_frees(day, more):
    def breached(pnls):
        return bool(Stage(loss()).restored(trades=[trade("MNQ", -1, pnl=str(p)) for p in pnls]))

    assert breached(day) is (sum(day) <= -500)
    assert breached([*day, -more]) or not breached(day)


@given(st.datetimes(ny("2025-12-01 00:00").replace(tzinfo=None), timezones=st.just(UTC)))
def test_a_lock_until_reset_ends_within_25_hours_at_five_in_new_york(now):
    stage = Stage(loss(), now=now)
    assert stage.restored(trades=[trade("MNQ", -1, at=now, pnl="-500")])
    _, end = lock_of(stage)
    assert timedelta(0) < end - now <= timedelta(hours=25)
    assert end.utcoffset() == timedelta(0)
    local = end.astimezone(NEW_YORK)
    assert (local.hour, local.minute, local.second) == (17, 0, 0)
