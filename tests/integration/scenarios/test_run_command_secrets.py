"""No secret in anything the daemon writes (S115), after a day on which everything went wrong."""

import base64
import json

from risk_manager.gateway_sim.sessions import Credentials
from tests.integration.scenarios.tools import data_of, raw, trader, wait_enforced, wait_hubs
from tests.integration.world.settings import daily_loss, max_contracts
from tests.integration.world.waiting import wait_until

RULES = {"max_contracts": max_contracts(5), "daily_realized_loss": daily_loss()}
NAME, KEY = "jane.trader@example.com", "k3y-Q0+zz/9f=secret"
LOGIN = "/api/Auth/loginKey"


def tokens_of(world) -> set[str]:
    """Every token the gateway has given out."""
    found: set[str] = world.venue.server._in_loop(lambda g: set(g._hub._sessions._expiry))
    return found


def test_s115_no_token_key_or_mail_address_anywhere(make_world):
    world = make_world(RULES, started=False, credentials=Credentials(NAME, KEY))
    venue = world.venue
    venue.fault("rest_status", LOGIN, count=1, params={"status": 500})
    world.guard()
    seen = tokens_of(world)
    assert seen
    (token,) = seen
    odd = {
        "type": 1,
        "target": "GatewayUserOrder",
        "arguments": [{"access_token": token, "m": NAME}],
    }
    raw(venue, "user", [json.dumps(odd).encode() + b"\x1e"])
    venue.fault("close", "both", count=2, params={"error": f"bye {token} {NAME}"})
    wait_hubs(world, "down")
    wait_hubs(world, "up")
    venue.fault("rest_status", "/api/Position/closeContract", count=1, params={"status": 401})
    refusal = {"errorCode": 8, "errorMessage": f"no, {NAME}: {KEY}"}
    venue.fill("MNQ", 6)
    world.wait_net("MNQ", 0)
    wait_enforced(world)
    venue.fault("rest_refuse", "/api/Position/closeContract", count=1, params=refusal)
    venue.fill("MNQ", 6)
    wait_until(lambda: len(venue.closes()) >= 3, what="the refused close")
    venue.control("logout", hub="both")
    wait_hubs(world, "down")
    wait_hubs(world, "up")
    seen |= tokens_of(world)
    shown = trader(world, "--json").stdout + trader(world).stdout
    run_folder = {p.name: p.read_text(encoding="utf-8") for p in (world.folder / "run").iterdir()}
    world.kill()  # what a crash leaves must be clean, too
    texts = written(world) | run_folder | {"what the tool shows": shown}
    assert any("events.jsonl" in name for name in texts)
    assert any("api.log" in name for name in texts)
    signatures = {token.rpartition(".")[2] for token in seen}
    secrets = {*seen, *signatures, KEY, NAME, base64.b64encode(KEY.encode()).decode()}
    leaks = {(n.rpartition("/")[2], s) for n, t in texts.items() for s in secrets if s in t}
    assert not leaks


def written(world) -> dict[str, str]:
    """Every file below the world's folder but the configuration, as text."""
    found = {}
    for place in (world.folder / "logs", data_of(world)):
        for path in place.rglob("*"):
            if path.is_file():
                found[str(path)] = path.read_bytes().decode("utf-8", errors="replace")
    errors = world.folder / "stderr.txt"
    return found | {str(errors): errors.read_text(encoding="utf-8", errors="replace")}
