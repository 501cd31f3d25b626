"""`admin init` without a terminal, against a simulated gateway."""

import os
from datetime import UTC, datetime

import pytest

from risk_manager.config.loader import load_config
from risk_manager.config.password import PasswordFile
from risk_manager.gateway_sim.options_server import ServerOptions
from risk_manager.gateway_sim.server import SimServer
from risk_manager.rules import RULES
from risk_manager.utils.clock import MachineClock
from tests.integration.cli.conftest import PASSWORD, Office

MNQ = "CON.F.US.MNQ.H26"
SECTIONS = {rule.section: rule.config_model for rule in RULES}


@pytest.fixture
def fresh(office: Office) -> Office:
    office.config.rmdir()
    return office


def init(office, *more, key=None, password=PASSWORD, account=None, yes=True):
    number = str(office.server.accounts()[0].id)
    words = [
        "init", "--gateway", office.server.api_url, "--username", office.server.username,
        "--account", account or number, "--api-key-stdin", "--password-stdin",
        *(["--yes"] if yes else []), *more,
    ]  # fmt: skip
    return office.run(*words, given=f"{key or office.server.api_key}\n{password}\n")


def test_it_writes_a_configuration_that_a_start_takes(fresh):
    done = init(fresh, "--preset", "topstep-50k")
    assert (done.code, done.err) == (0, "")
    loaded = load_config(fresh.config, SECTIONS, environ={})
    assert loaded.topstepx.api_key.get_secret_value() == fresh.server.api_key
    assert loaded.topstepx.user_hub == fresh.server.user_hub
    assert [item.account.account_id for item in loaded.accounts] == [fresh.server.accounts()[0].id]
    assert loaded.global_.preset == "topstep-50k"
    PasswordFile(fresh.config, MachineClock().wall).check(PASSWORD)
    assert "RULE-003" in done.out
    assert "no open position" in done.out
    assert fresh.server.api_key not in (fresh.config / "accounts.yaml").read_text()
    if os.name == "posix":
        assert fresh.config.stat().st_mode & 0o077 == 0
    assert fresh.run("test").code == 5, "all but the guard works"


def test_without_a_preset_every_rule_is_written(fresh):
    done = init(fresh, "--json", "--mode", "shadow")
    assert (done.data["ok"], done.data["mode"]) == (True, "shadow")
    (account,) = load_config(fresh.config, SECTIONS, environ={}).accounts
    assert set(account.rules) == set(SECTIONS)


def test_an_account_may_be_named(fresh):
    name = fresh.server.accounts()[1].name
    assert init(fresh, account=name).code == 0
    assert str(fresh.server.accounts()[1].id) in (fresh.config / "accounts.yaml").read_text()


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        ({"key": "not-the-key-0001"}, 1, "login refused, code 3"),
        ({"account": "999"}, 2, "the login has no account '999'; it has: "),
        ({"password": "short"}, 6, "8 to 128 bytes"),
        ({"yes": False}, 2, "give --yes"),
    ],
)
def test_what_is_refused_writes_nothing(fresh, given, code, said):
    done = init(fresh, **given)
    assert (done.code, said in done.err) == (code, True)
    assert not fresh.config.exists() or not list(fresh.config.iterdir())


def test_with_an_open_position_the_word_is_needed(fresh):
    start = datetime(2026, 1, 20, 15, tzinfo=UTC)
    with SimServer(ServerOptions(start=start)) as fresh.server:
        fresh.server.control("/sim/price", {"contractId": MNQ, "last": 21000})
        number = fresh.server.accounts()[0].id
        order = {"accountId": number, "contractId": MNQ, "side": 0, "size": 2}
        resting = fresh.server.control("/sim/order", order | {"type": 1, "limitPrice": 20000})
        done = init(fresh)
        assert (done.code, "give --type APPLY" in done.err) == (2, True)
        assert f"open now: {MNQ} order {resting['orderId']}: buy 2" in done.out
        fresh.server.control("/sim/order", order | {"type": 2})
        done = init(fresh)
        assert (done.code, "give --type APPLY" in done.err) == (2, True)
        assert f"open now: {MNQ} long 2" in done.out
        assert not fresh.config.exists()
        assert init(fresh, "--mode", "shadow").code == 0, "shadow acts on nothing"


def test_a_second_run_changes_nothing(fresh):
    assert init(fresh).code == 0
    before = (fresh.config / "accounts.yaml").read_text()
    done = init(fresh, "--mode", "shadow")
    assert (done.code, "is there already" in done.err) == (8, True)
    assert (fresh.config / "accounts.yaml").read_text() == before


def test_deleted_files_are_no_way_to_another_login(fresh):
    (fresh.data / "state.db").touch()
    done = init(fresh)
    assert (done.code, "something was guarded" in done.err) == (8, True)


def test_a_password_that_is_set_is_asked_for(office):
    office.set_password()
    assert init(office, password="another password").code == 6
    assert not (office.config / "accounts.yaml").exists()
    assert init(office).code == 0


def test_without_a_person_the_missing_option_is_named(fresh):
    done = fresh.run("init", "--gateway", fresh.server.api_url)
    assert (done.code, "give --username" in done.err) == (2, True)
