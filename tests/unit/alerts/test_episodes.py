"""Episodes are bounded, and the status they come from is understood."""

from risk_manager.alerts.alert import Alert
from risk_manager.alerts.episodes import LONGEST_S, MOST, Episodes
from risk_manager.alerts.status_view import parse
from risk_manager.config.alerts_file import AlertLevel


def test_the_memory_of_episodes_is_bounded():
    episodes = Episodes()
    for number in range(3 * MOST):
        episodes.take(Alert(AlertLevel.ALARM, "", "text", number), float(number) / 1000)
    assert len(episodes._open) <= MOST


def test_a_long_episode_is_summed_up_in_between():
    episodes = Episodes()
    alert = Alert(AlertLevel.ALARM, "", "text", "key")
    sent = []
    for number in range(60):
        sent += episodes.take(alert, number * 60.0)
        sent += episodes.tick(number * 60.0)
    assert len(sent) == 1 + int(59 * 60 // LONGEST_S)


def test_the_published_status_is_understood():
    body = b"""{"schema": 1, "at": "2026-03-09T18:00:00.000Z", "status": "MONITORED", "accounts":
    [{"id": 1, "name": "main", "locks": [], "rules": [{"rule": "RULE-003", "left":
    {"amount": "75.00", "unit": "USD", "of": null, "whole": "500"}}]}]}"""
    left = parse(body).accounts[0].rules[0].left
    assert left is not None
    assert left.used_percent == 85
