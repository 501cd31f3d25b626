"""alerts.yaml: who is told what, by a service on loopback."""

import contextlib
import io
import json
import re
from pathlib import Path
from typing import Any

from risk_manager.alerts import sender
from risk_manager.alerts.alert import Alert
from risk_manager.alerts.post import AlertPost
from risk_manager.alerts.router import Router
from risk_manager.alerts.wire import Beat, Message, line
from risk_manager.bootstrap.alert_desk import setup_of
from risk_manager.cli.admin.alerts_command import _tried
from risk_manager.config.alerts_file import AlertLevel
from tests.unit.alerts.sink import Sink
from tests.unit.alerts.test_router import account, loss, status
from tests.unit.config_keys.row import Row, load
from tests.unit.config_keys.walk import ALERTS

PLACE = "127.0.0.1:1"
"""Stands in the file where the service's address will be."""
HOOK = f"json://{PLACE}/hook"
BEAT = {"url": f"http://{PLACE}/beat"}


def told(folder: Path) -> object:
    """What the service gets of an alert of each level and of a heartbeat, and where."""
    with Sink() as sink:
        alerts = _settings(folder, sink)
        orders = [line(setup_of(alerts))]
        for level in AlertLevel:
            alert = Alert(level, "main", f"text {level}", level)
            orders.append(line(Message(alert.title, alert.text, level.value)))
        with contextlib.redirect_stderr(io.StringIO()):
            sender.serve(orders, io.BytesIO())
        texts = " ".join(sink.texts)
        found = {level for level in AlertLevel if f"text {level}" in texts}
        return found, sorted({path for path, _ in sink.received})


def tried(folder: Path) -> object:
    """What the test command names."""
    with Sink() as sink:
        return [each.channel for each in _tried(_settings(folder, sink))]


def called(folder: Path) -> object:
    """Where the heartbeat is called."""
    with Sink() as sink:
        list(_tried(_settings(folder, sink)))
        return [path for path, _ in sink.received if "beat" in path]


def warned(folder: Path) -> object:
    """The warnings on the way to a loss limit."""
    router, found = Router(load(folder).alerts.warn_at), []
    for mono, left in enumerate((400, 240, 140, 60, 0)):
        alerts = router.status(status(account(rules=[loss(left)])), 0.1, float(mono))
        found += [alert.text[:4] for alert in alerts if "%" in alert.text]
    return found


class Counted:
    """Takes the place of the sender process."""

    def __init__(self) -> None:
        self.beats = 0

    def send(self, order: Message | Beat) -> bool:
        self.beats += isinstance(order, Beat)
        return True

    def close(self) -> None:
        pass


def beaten(folder: Path) -> object:
    """How often the heartbeat is called within ten minutes of a good status."""
    now, outlet = [0.0], Counted()
    body = json.dumps({"at": "2026-03-09T18:00:00Z", "status": "MONITORED"}).encode()
    alerts = load(folder).alerts
    post = AlertPost(alerts, lambda: (body, 0.1), outlet, lambda: now[0], lambda: False)
    while now[0] < 600:
        post._turn()
        now[0] += 0.5
    return outlet.beats


def _settings(folder: Path, sink: Sink) -> Any:
    """The file as it is loaded, with the service's address."""
    path = folder / ALERTS
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(re.escape(PLACE), f"127.0.0.1:{sink.port}", text), encoding="utf-8")
    return load(folder).alerts


def row(key, values, see, **content):
    """A row of alerts.yaml."""
    return Row(ALERTS, key, values, see, {ALERTS: content})


ONE = [{"name": "phone", "url": HOOK}]

ROWS = [
    row("channels", (ONE, []), told),
    row("channels.name", ("phone", "office"), tried, channels=ONE),
    row("channels.url", (HOOK, f"json://{PLACE}/other"), told, channels=ONE),
    row("channels.level", ("info", "warning", "alarm"), told, channels=ONE),
    row("warn_at", ([50, 70, 85, 100], [80]), warned),
    row("heartbeat.url", (BEAT["url"], f"http://{PLACE}/beat2"), called, heartbeat=BEAT),
    row("heartbeat.every_seconds", (60, 5), beaten, heartbeat=BEAT),
]
