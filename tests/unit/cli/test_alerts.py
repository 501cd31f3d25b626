"""The live view's banner: a new enforcement once, for ten seconds."""

from datetime import UTC, datetime

from risk_manager.cli.trader.live import Alerts
from risk_manager.cli.trader.model import EnforcementRow

OLD = EnforcementRow(datetime(2026, 3, 9, 18, tzinfo=UTC), "RULE-002", "4 of 3", "REDUCE_POSITION")
NEW = EnforcementRow(datetime(2026, 3, 9, 19, tzinfo=UTC), "RULE-001", "6 of 5", "CLOSE_POSITION")


def test_only_what_is_new_raises_the_banner() -> None:
    now = [100.0]
    alerts = Alerts(lambda: now[0])
    assert not alerts.look([OLD])
    assert alerts.text() == ""
    assert alerts.look([OLD, NEW])
    assert alerts.text() == "RULE-001 close position: 6 of 5"
    assert not alerts.look([OLD, NEW])
    now[0] = 110.0
    assert alerts.text() == ""
