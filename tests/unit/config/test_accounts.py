"""accounts.yaml: who logs in, which accounts, and where the key comes from."""

import os

import pytest

from risk_manager.config.secrets import KEY_FILE, SecretError, store_secret

LOGIN = "topstepx: {username: trader, api_key: secret-key}\n"


def test_one_account(folder):
    config = folder.load()
    assert config.topstepx.username == "trader"
    assert config.topstepx.api_key.get_secret_value() == "a-key-for-tests"
    assert "a-key-for-tests" not in repr(config)
    assert [item.account.account_id for item in config.watched] == [123]


def test_several_accounts_in_file_order(folder):
    config = folder.accounts(
        f"{LOGIN}monitored_accounts:\n"
        "  - {account_id: 1, nickname: combine}\n"
        "  - {account_name: Second, enabled: false}\n"
    ).load()
    assert [item.account.label for item in config.accounts] == ["combine", "Second"]
    assert [item.account.label for item in config.watched] == ["combine"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "accounts.yaml:1: no account to guard"),
        ("monitored_account: {nickname: x}\n", "monitored_account: the account has neither"),
        (
            "monitored_account: {account_id: 1}\nmonitored_accounts:\n  - {account_id: 2}\n",
            "accounts.yaml:3: monitored_accounts: `monitored_account` and `monitored_accounts`",
        ),
        (
            "monitored_accounts:\n  - {account_id: 1}\n  - {account_id: 1}\n",
            "accounts.yaml:4: monitored_accounts.1.account_id: stands twice (value: 1)",
        ),
        (
            "monitored_accounts:\n  - {account_name: A}\n  - {account_name: a}\n",
            "accounts.yaml:4: monitored_accounts.1.account_name: stands twice",
        ),
        ("monitored_account: {account_id: 1, enabled: false}\n", "no account is enabled"),
        ("monitored_account: {account_id: '1'}\n", "account_id: must be a whole number"),
        ("monitored_account: {acount_id: 1}\n", "did you mean `account_id`?"),
    ],
)
def test_accounts_that_are_refused(folder, text, expected):
    assert any(expected in problem for problem in folder.accounts(LOGIN + text).problems())


@pytest.mark.parametrize(
    ("url", "accepted"),
    [
        ("http://127.0.0.1:8080", True),
        ("http://localhost:8080/", True),
        ("http://[::1]:8080", True),
        ("https://gateway.example/api", True),
        ("http://gateway.example", False),
        ("wss://gateway.example", False),
        ("gateway.example", False),
        ("https://user:pw@gateway.example", False),
        ("https://host:port", False),
    ],
)
def test_addresses_are_https_or_loopback(folder, url, accepted):
    folder.accounts(
        f"topstepx: {{username: t, api_key: k, api_url: '{url}'}}\n"
        "monitored_account: {account_id: 1}\n"
    )
    if accepted:
        assert folder.load().topstepx.api_url == url.rstrip("/")
    else:
        assert "topstepx.api_url" in folder.problems()[0]


def reference(folder, text):
    return folder.accounts(
        f"topstepx: {{username: 12345, api_key: '{text}'}}\nmonitored_account: {{account_id: 1}}\n"
    )


def key_of(config):
    return config.topstepx.api_key.get_secret_value()


def test_a_key_from_the_environment(folder):
    reference(folder, "${RISK_API_KEY}")
    assert key_of(folder.load(environ={"RISK_API_KEY": "from-env"})) == "from-env"
    assert folder.load(environ={"RISK_API_KEY": "x"}).topstepx.username == "12345"
    (problem,) = folder.problems()
    assert problem.startswith("accounts.yaml:1: topstepx.api_key: the environment has no variable")


def test_env_file_is_read_in_development_only(folder):
    folder.write(".env", "# comment\nexport OTHER=1\nRISK_API_KEY='from file'\n")
    reference(folder, "${RISK_API_KEY}")
    assert key_of(folder.load()) == "from file"
    assert key_of(folder.load(environ={"RISK_API_KEY": "wins"})) == "wins"
    assert "a service does not see" in folder.problems(service=True)[0]


def test_half_a_reference_is_refused_and_never_shown(folder):
    (problem,) = reference(folder, "abc${NAME}").problems()
    assert "mixes text" in problem
    assert "abc" not in problem


def test_a_stored_key(folder):
    reference(folder, "stored")
    assert "nothing is stored yet" in folder.problems()[0]
    store_secret(folder.path / KEY_FILE, "first")
    store_secret(folder.path / KEY_FILE, "second")
    assert key_of(folder.load()) == "second"
    assert [path.name for path in folder.path.glob("api_key*")] == [KEY_FILE]


@pytest.mark.skipif(os.name != "posix", reason="file modes protect on POSIX only")
def test_a_stored_key_that_others_may_read_is_refused(folder):
    store_secret(folder.path / KEY_FILE, "secret")
    assert (folder.path / KEY_FILE).stat().st_mode & 0o777 == 0o600
    (folder.path / KEY_FILE).chmod(0o644)
    (problem,) = reference(folder, "stored").problems()
    assert "may be read by others" in problem


def test_secret_errors_carry_a_fix():
    assert SecretError("gone", "store it").fix == "store it"
