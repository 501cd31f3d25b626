"""Known secrets are planted, much goes wrong, and everything the product wrote is searched."""

import base64
import json
from urllib.parse import quote

import psutil
import pytest

from risk_manager.gateway_sim.sessions import Credentials
from tests.integration.scenarios.test_run_command_secrets import tokens_of, written
from tests.integration.scenarios.tools import (
    command,
    data_of,
    edit_risk,
    pid_of,
    raw,
    trader,
    wait_enforced,
    wait_hubs,
)
from tests.integration.world.settings import daily_loss, max_contracts
from tests.integration.world.waiting import wait_until
from tests.unit.alerts.sink import Sink

RULES = {"max_contracts": max_contracts(5), "daily_realized_loss": daily_loss()}
NAME, KEY = "jane.trader@example.com", "k3y-Planted+zz/9f=secret"
PATH, BEAT, TOPIC = "planted-hook-7f3a91", "planted-beat-55d2c0", "planted-topic-e81b44"
PASSWORD = "planted-Pa55word-9c"
CLOSE = "/api/Position/closeContract"


@pytest.fixture
def sink():
    with Sink() as made:
        yield made


def plant(world, sink):
    """Channels that work, refuse, are not there, and are of no known service."""
    channels = [
        {"name": "works", "url": sink.url(PATH), "level": "info"},
        {"name": "nobody", "url": f"json://127.0.0.1:9/{PATH}", "level": "info"},
        {"name": "mail", "url": f"mailto://{quote(NAME)}:{PASSWORD}@127.0.0.1:9", "level": "info"},
        {"name": "topic", "url": f"ntfy://user:{PASSWORD}@127.0.0.1:9/{TOPIC}", "level": "info"},
        {"name": "unknown", "url": f"nothing://{TOPIC}/{PASSWORD}", "level": "info"},
    ]
    beat = {"url": f"http://127.0.0.1:9/{BEAT}", "every_seconds": 5}
    path = world.folder / "config" / "alerts.yaml"
    path.write_text(json.dumps({"channels": channels, "heartbeat": beat}), encoding="utf-8")


def go_wrong(world, token):
    """The venue repeats secrets wherever a text is kept: events, closes, answers."""
    venue, spill = world.venue, f"no {token} {NAME}: {KEY} {PASSWORD} {PATH}"
    odd = {
        "type": 1,
        "target": "GatewayUserOrder",
        "arguments": [{"access_token": token, "m": spill}],
    }
    raw(venue, "user", [json.dumps(odd).encode() + b"\x1e"])
    venue.fault("close", "both", count=2, params={"error": f"bye {spill}"})
    wait_hubs(world, "down")
    wait_hubs(world, "up")
    refusal = {"errorCode": 8, "errorMessage": spill}
    venue.fault("rest_refuse", CLOSE, count=1, params=refusal)
    venue.fill("MNQ", 6)
    world.wait_net("MNQ", 0, within=15)
    wait_enforced(world)
    venue.control("logout", hub="both")
    wait_hubs(world, "down")
    wait_hubs(world, "up")


def told_by_tools(world):
    """What the commands print, also about files that are wrong."""
    config = ["--config", str(world.folder / "config")]
    shown = [trader(world, "--json"), trader(world)]
    ledger = ["admin", "ledger", "verify", "--data", str(data_of(world))]
    shown += [command(*words, folder=world.folder) for words in (
        ledger, ["admin", "alerts", "test", *config], ["paths"],
    )]  # fmt: skip
    return shown


def test_no_planted_secret_is_in_anything_the_product_wrote(make_world, sink):
    world = make_world(RULES, started=False, credentials=Credentials(NAME, KEY))
    plant(world, sink)
    world.guard()
    (token,) = tokens_of(world)
    go_wrong(world, token)
    wait_until(lambda: "channel nobody fails" in log_of(world), 30, "a channel that fails")
    wait_until(lambda: "channel unknown fails" in log_of(world), 30, "an unknown service")
    daemon = psutil.Process(pid_of(world))
    commands = [each.cmdline() for each in (daemon, *daemon.children(recursive=True))]
    assert len(commands) == 2
    seen = tokens_of(world) | {token}
    shown = [done.stdout + done.stderr for done in told_by_tools(world)]
    world.kill()
    edit_risk(world, f"max_contracts: {{enabled: true, limt: {PASSWORD}}}")
    refused = command("run", "--config", str(world.folder / "config"), folder=world.folder)
    assert "unknown key" in refused.stderr
    shown += [refused.stdout, refused.stderr]
    told = {"process list": str(commands), "tools": "\n".join(shown), "told": str(sink.texts)}
    texts = written(world) | told
    assert any("ledger-000001" in name for name in texts)
    assert any("events.jsonl" in name for name in texts)
    assert sum(len(text) for text in texts.values()) > 20_000
    assert any("CLOSED - MNQ 6" in text for text in sink.texts)
    signatures = {each.rpartition(".")[2] for each in seen}
    planted = {NAME, KEY, PATH, BEAT, TOPIC, PASSWORD, *seen, *signatures}
    planted |= {quote(KEY, safe=""), base64.b64encode(KEY.encode()).decode()}
    leaks = {(n.rpartition("/")[2], s) for n, t in texts.items() for s in planted if s in t}
    assert not leaks


def log_of(world):
    return (world.folder / "logs" / "daemon.log").read_text(encoding="utf-8")
