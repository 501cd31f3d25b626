"""alerts.yaml: what it may say, and how it is refused."""

import os

import pytest

from risk_manager.config.alerts_file import AlertLevel, AlertsFile
from risk_manager.config.alerts_secrets import secret_file
from risk_manager.config.secrets import store_secret

URL = "tgram://123456789:AAbbCC/42"
CHANNEL = "channels:\n  - name: phone\n    url: {}\n"


@pytest.fixture
def load(folder):
    def loaded(text):
        folder.write("alerts.yaml", text)
        return folder.load().alerts

    return loaded


@pytest.fixture
def refused(folder):
    def lines(text):
        folder.write("alerts.yaml", text)
        return folder.problems()

    return lines


def test_without_the_file_nobody_is_told(folder):
    assert folder.load().alerts == AlertsFile()


def test_a_channel_with_all_its_keys(load):
    alerts = load(CHANNEL.format(URL) + "    level: alarm\nwarn_at: [90]\n")
    (channel,) = alerts.channels
    assert (channel.name, channel.level) == ("phone", AlertLevel.ALARM)
    assert channel.url.get_secret_value() == URL
    assert alerts.warn_at == (90,)
    assert alerts.secrets == [URL, "123456789"]
    assert URL not in repr(alerts)


def test_an_address_from_the_environment(folder):
    folder.write("alerts.yaml", CHANNEL.format('"${MY_PHONE}"'))
    assert folder.load(environ={"MY_PHONE": URL}).alerts.secrets == [URL, "123456789"]


def test_a_stored_address(load, folder):
    store_secret(secret_file(folder.path, "phone"), URL)
    assert load(CHANNEL.format("stored")).secrets[0] == URL


@pytest.mark.skipif(os.name != "posix", reason="mode bits")
def test_a_stored_address_that_others_may_read_is_refused(refused, folder):
    store_secret(secret_file(folder.path, "phone"), URL)
    secret_file(folder.path, "phone").chmod(0o644)
    assert refused(CHANNEL.format("stored")) == [
        (
            "alerts.yaml:3: channels.0.url: alert_phone.secret may be read by others"
            " - chmod 600 alert_phone.secret"
        )
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("chanels: []\n", "alerts.yaml:1: chanels: unknown key - did you mean `channels`?"),
        (
            CHANNEL.format("stored"),
            (
                "alerts.yaml:3: channels.0.url: nothing is stored yet"
                " - store it with: risk-manager admin alerts store phone"
            ),
        ),
        (
            CHANNEL.format('"${NO_SUCH}"'),
            (
                "alerts.yaml:3: channels.0.url: the environment has no variable NO_SUCH"
                " - set NO_SUCH, or store it with: risk-manager admin alerts store phone"
            ),
        ),
        (
            CHANNEL.format("my-secret-token"),
            "alerts.yaml:3: channels.0.url: not an address - it looks like service://...",
        ),
        (
            CHANNEL.format(URL) + "  - name: phone\n    url: ntfy://b\n",
            "alerts.yaml:4: channels.1.name: two channels have this name - rename one",
        ),
        (
            "heartbeat:\n  url: http://example.com/beat\n",
            "alerts.yaml:2: heartbeat.url: not an address - it looks like https://host/path",
        ),
        (
            "warn_at: [85, 50]\n",
            (
                "alerts.yaml:1: warn_at: the percentages do not rise"
                " - write them in order, such as [50, 70, 85]"
            ),
        ),
    ],
)
def test_a_mistake_is_named_without_the_secret(refused, text, line):
    assert refused(text) == [line]


def test_a_name_is_also_a_file(refused):
    (line,) = refused(CHANNEL.format(URL).replace("phone", "../phone"))
    assert "not a name for a channel" in line
    (line,) = refused(CHANNEL.format(URL).replace("phone", "heartbeat"))
    assert "not a name for a channel" in line


@pytest.mark.parametrize(
    ("url", "keys"),
    [
        ("json://127.0.0.1:8080/a-long-path/x?key=0123456789", ["a-long-path", "0123456789"]),
        ("discord://417421629812/JHMHI8qBe7bk2", ["417421629812", "JHMHI8qBe7bk2"]),
        ("mailtos://user.name:password@example.com?to=me@there.org", ["password"]),
    ],
)
def test_the_keys_in_an_address_are_secrets_and_its_host_is_none(load, url, keys):
    assert load(CHANNEL.format(f'"{url}"')).secrets[1:] == keys
