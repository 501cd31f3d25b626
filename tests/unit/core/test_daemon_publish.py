"""A status that cannot be published is told; the loop goes on."""

import logging
import threading

import pytest

from risk_manager.domain.events import HubConnected
from risk_manager.domain.requests import TakeSnapshot
from tests.unit.core.test_daemon_recovery import loop

__all__ = ["loop"]


@pytest.mark.timeout(10)
def test_a_failing_publication_does_not_end_the_loop(loop, caplog):
    daemon, machine, sent = loop
    stop = threading.Event()
    tries = []

    def broken() -> None:
        tries.append(machine.seconds)
        machine.seconds += 1.0
        if len(tries) == 1:
            daemon._out.inbox.put(HubConnected("user"))
        if len(tries) == 3:
            stop.set()
        raise ValueError("no words")

    daemon._out.publish = broken
    sent.requests.clear()
    with caplog.at_level(logging.ERROR, "risk_manager.daemon"):
        daemon.run(stop)
    assert len(tries) == 3
    assert any(isinstance(request, TakeSnapshot) for request in sent.requests)
    alarms = daemon._out.notices.alarms(machine.mono())
    assert alarms == ["the status cannot be published (ValueError: no words)"]
    assert sum(record.exc_info is not None for record in caplog.records) == 1
