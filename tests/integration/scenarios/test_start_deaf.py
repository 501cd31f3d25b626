"""Nobody reads what the daemon prints: it guards all the same."""

import os
import subprocess

from tests.integration.scenarios.tools import said, wait_word
from tests.integration.world.process import DaemonProcess
from tests.integration.world.sent import CLOSE
from tests.integration.world.settings import max_contracts
from tests.integration.world.waiting import wait_until

RULES = {"max_contracts": max_contracts(5)}


def closed_pipe() -> int:
    """The writing end of a pipe whose reader is gone."""
    reader, writer = os.pipe()
    os.close(reader)
    return writer


def test_a_closed_stdout_does_not_end_the_guard(make_world, monkeypatch):
    writer = closed_pipe()
    popen = subprocess.Popen

    def deaf(command, **options):
        return popen(command, **options | {"stdout": writer})

    world = make_world(RULES, started=False)
    monkeypatch.setattr(subprocess, "Popen", deaf)
    monkeypatch.setattr(DaemonProcess, "_read", lambda _self: None)
    world.launch()
    monkeypatch.undo()
    os.close(writer)
    wait_until(lambda: "the ready line could not be printed" in said(world), 20, "the log line")
    wait_word(world, "MONITORED")
    world.provoke(lambda: world.venue.fill("MNQ", 6), paths=[CLOSE])
    world.wait_net("MNQ", 0)
    assert world.daemon.stop() == 0
