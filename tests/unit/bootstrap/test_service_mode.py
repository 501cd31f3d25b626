"""The switch of the service mode reaches the configuration."""

import io
import threading

import pytest

from risk_manager.bootstrap import run_daemon
from risk_manager.config.errors import ConfigErrors

ACCOUNTS = """\
topstepx: {username: t, api_key: "${A_KEY_OF_NO_ENVIRONMENT}", api_url: "http://127.0.0.1:1"}
monitored_account: {account_id: 1}
"""


@pytest.fixture
def start(tmp_path, monkeypatch):
    """Starts a daemon that is told to stop before it has begun; returns its exit code."""
    config = tmp_path / "config"
    config.mkdir()
    (config / "accounts.yaml").write_text(ACCOUNTS, encoding="utf-8")
    (config / "risk_config.yaml").write_text(
        "max_contracts: {enabled: true, limit: 5}", encoding="utf-8"
    )
    (tmp_path / ".env").write_text("A_KEY_OF_NO_ENVIRONMENT=from-file\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    stop = threading.Event()
    stop.set()

    def run(*, service: bool = False) -> int:
        return run_daemon(config, tmp_path / "data", out=io.StringIO(), stop=stop, service=service)

    return run


def test_in_development_the_key_may_stand_in_env(start):
    assert start() == 0


@pytest.mark.parametrize("in_environment", [False, True])
def test_a_service_reads_neither_env_nor_the_environment(start, monkeypatch, in_environment):
    if in_environment:
        monkeypatch.setenv("A_KEY_OF_NO_ENVIRONMENT", "the-installers-own")
    with pytest.raises(ConfigErrors, match=r"accounts\.yaml:1.*a service does not see"):
        start(service=True)
