"""A gateway that is not there, refuses, comes later, or is started anew under a running daemon."""

import time

import pytest

from risk_manager.gateway_sim.options_server import ServerOptions
from risk_manager.gateway_sim.server import SimServer
from tests.integration.scenarios.tools import (
    causes,
    said,
    trader,
    wait_enforced,
    wait_hubs,
    wait_word,
    whole,
)
from tests.integration.world.inside import Inside
from tests.integration.world.sent import CLOSE, READ_ORDERS, READ_POSITIONS, READ_TRADES
from tests.integration.world.settings import daily_loss, max_contracts
from tests.integration.world.waiting import wait_until
from tests.integration.world.world import World

CAP = {"max_contracts": max_contracts(5)}
LOSS = {"daily_realized_loss": daily_loss()}
LOGIN = "/api/Auth/loginKey"
ACCOUNTS = "/api/Account/search"


def another_gateway(world, **options) -> None:
    """Start a fresh gateway where the first one was."""
    port = int(world.venue.server.api_url.rsplit(":", 1)[1])
    server = SimServer(ServerOptions(start=world.venue.start, **options), port=port)
    world.venue.server = server.start()
    world.venue.inside = Inside(server)


def test_a_gateway_that_comes_later(make_world):
    world = make_world(CAP, started=False)
    world.venue.stop()
    daemon = world.launch()
    wait_until(lambda: running(world) and whole(world)["status"] == "NOT MONITORED", 8)
    wait_until(lambda: "did not answer" in causes(world), what="the cause")
    assert whole(world)["ready"] is False
    assert trader(world).returncode == 5
    assert said(world).count("NOT MONITORED") == 1  # once, not once a second
    another_gateway(world)
    world.venue.fill("MNQ", 6)
    daemon.wait_ready()
    world.wait_net("MNQ", 0)
    wait_word(world, "MONITORED")


def running(world: World) -> bool:
    """Whether the daemon can be asked already."""
    return (world.folder / "run" / "endpoint.json").exists()


def test_a_stop_while_the_gateway_is_not_there(make_world):
    world = make_world(CAP, started=False)
    world.venue.stop()
    daemon = world.launch()
    wait_until(lambda: running(world), 8, "the endpoint")
    begun = time.monotonic()
    assert daemon.stop() == 0
    assert time.monotonic() - begun < 3
    assert daemon.lines == []
    another_gateway(world)


@pytest.mark.parametrize(
    ("kind", "path", "params"),
    [
        ("rest_refuse", LOGIN, {"errorCode": 3}),
        ("rest_status", LOGIN, {"status": 500}),
        ("lose_before", LOGIN, {}),
        ("rest_status", ACCOUNTS, {"status": 500}),
    ],
)
def test_a_start_that_is_refused_goes_on_trying(make_world, kind, path, params):
    world = make_world(CAP, started=False)
    fault = world.venue.fault(kind, path, params=params)
    world.venue.fill("MNQ", 6)
    daemon = world.launch()
    wait_until(lambda: "NOT MONITORED" in said(world), 8, "the cause in the log")
    assert whole(world)["status"] == "NOT MONITORED"
    assert world.venue.server.api_key not in said(world)
    world.venue.control("fault/clear", id=fault)
    if kind == "rest_refuse" and path == LOGIN:
        assert len(world.venue.requests(LOGIN)) <= 2  # a refused key is not hammered
        return
    daemon.wait_ready(20)
    world.wait_net("MNQ", 0)
    assert "login or token renewal fails" not in causes(world)


@pytest.mark.parametrize("path", [READ_TRADES, READ_ORDERS, READ_POSITIONS])
def test_a_first_read_that_fails_keeps_it_from_ready_not_from_trying(make_world, path):
    world = make_world(CAP, started=False)
    fault = world.venue.fault("rest_status", path, params={"status": 500})
    world.venue.fill("MNQ", 6)
    daemon = world.launch()
    wait_until(lambda: len(world.venue.requests(path)) >= 2, 10, "two tries")
    world.venue.control("fault/clear", id=fault)
    daemon.wait_ready(20)
    world.wait_net("MNQ", 0)


def test_locks_hold_while_the_gateway_is_away(make_world):
    world = make_world(LOSS)
    venue = world.venue
    venue.lose("MNQ", 520)
    end = world.wait_lock("003")
    wait_enforced(world)
    venue.stop()
    wait_hubs(world, "down")
    assert whole(world)["status"] == "DEGRADED"
    assert world.locks() == [("003", "account", end)]
    another_gateway(world)  # a new one: it knows nothing of the loss or the token
    wait_hubs(world, "up")
    assert world.locks() == [("003", "account", end)]
    world.wait_sum("-520")
    world.provoke(lambda: world.venue.fill("MES", 1), paths=[CLOSE])


def test_a_daemon_restarted_without_a_gateway_keeps_its_locks(make_world):
    world = make_world(LOSS)
    world.venue.lose("MNQ", 520)
    end = world.wait_lock("003")
    world.kill()
    world.venue.stop()
    daemon = world.launch()
    wait_until(lambda: "NOT MONITORED" in said(world), 8, "the cause")
    another_gateway(world)
    daemon.wait_ready(20)
    assert world.locks() == [("003", "account", end)]
    world.wait_sum("-520")


def test_polls_that_fail_do_not_hold_up_a_close(make_world):
    world = make_world(CAP)
    venue = world.venue
    venue.fill("MNQ", 3)
    world.wait_seen("MNQ", 3)
    for path in (READ_TRADES, READ_ORDERS, READ_POSITIONS):
        venue.fault("rest_status", path, params={"status": 500})
    venue.inside.tell("Order", {"accountId": 10001})
    wait_until(lambda: "last read failed" in causes(world), 8, "the cause")
    assert whole(world)["status"] == "DEGRADED"
    close = world.provoke(lambda: venue.fill("MNQ", 3), paths=[CLOSE])
    assert close.status == 200
    world.wait_net("MNQ", 0)
    venue.clear_faults()
    wait_enforced(world)
    wait_until(lambda: "last read failed" not in causes(world), 8, "good reads")
    assert len(venue.closes()) == 1
