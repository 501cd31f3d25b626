"""`risk-manager admin alerts`: against a real service on loopback."""

import io
import json
import os
from types import SimpleNamespace

import pytest

from risk_manager.cli.main import main
from tests.unit.alerts.sink import Sink
from tests.unit.config_keys.row import FILES

SECRET = "a-path-that-is-secret-0123"


@pytest.fixture
def sink():
    with Sink() as made:
        yield made


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").mkdir()
    for name, content in FILES.items():
        (tmp_path / "config" / name).write_text(json.dumps(content), encoding="utf-8")
    return tmp_path / "config"


@pytest.fixture
def run(folder, capsys):
    def command(*words, **alerts):
        if alerts:
            (folder / "alerts.yaml").write_text(json.dumps(alerts), encoding="utf-8")
        code = main(["admin", "alerts", *words, "--config", str(folder)])
        return SimpleNamespace(code=code, **capsys.readouterr()._asdict())

    return command


def channel(name, url):
    return {"name": name, "url": url, "level": "alarm"}


def test_one_message_goes_to_each_channel_whatever_its_level(run, sink):
    beat = {"url": sink.url("beat", "http")}
    channels = [channel("one", sink.url("one")), channel("two", sink.url("two", "ntfy"))]
    done = run("test", channels=channels, heartbeat=beat)
    assert (done.code, done.out.splitlines()) == (0, ["one: ok", "two: ok", "heartbeat: ok"])
    assert len([text for text in sink.texts if text.startswith("TEST - ")]) == 2
    assert "/beat" in [path for path, _ in sink.received]


def test_it_says_which_failed_without_the_secret(run, sink):
    sink.status = 403
    channels = [
        channel("refused", sink.url(SECRET)),
        channel("nobody", f"json://127.0.0.1:9/{SECRET}"),
        channel("unknown", f"nothing://{SECRET}"),
    ]
    done = run("test", "--json", channels=channels)
    assert done.code == 1
    report = json.loads(done.out)
    assert report["ok"] is False
    assert {row["channel"]: row["ok"] for row in report["channels"]} == {
        "refused": False, "nobody": False, "unknown": False,
    }  # fmt: skip
    assert all(row["problem"] for row in report["channels"])
    assert SECRET not in done.out + done.err


def test_without_channels_it_says_that_nobody_is_told(run):
    done = run("test")
    assert done.code == 1
    assert "nobody is told" in done.err


def test_a_bad_file_is_refused(run):
    done = run("test", channels=[{"name": "phone"}])
    assert done.code == 7
    assert "alerts.yaml:1: channels.0.url" in done.err


def test_a_stored_address_is_used_and_only_its_owner_may_read_it(run, folder, sink, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(sink.url(SECRET) + "\r\n"))
    stored = run("store", "phone", "--url-stdin")
    assert stored.code == 0
    assert SECRET not in stored.out + stored.err
    if os.name == "posix":
        assert (folder / "alert_phone.secret").stat().st_mode & 0o777 == 0o600
    assert run("test", channels=[channel("phone", "stored")]).code == 0
    assert sink.received[0][0].strip("/") == SECRET


@pytest.mark.parametrize("name", ["../phone", "Phone", ""])
def test_a_name_is_also_a_file(run, name):
    assert run("store", name).code == 2


def test_what_is_no_address_is_not_stored(run, folder, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("12345\n"))
    assert run("store", "phone", "--url-stdin").code == 1
    assert not (folder / "alert_phone.secret").exists()
