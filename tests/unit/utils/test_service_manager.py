"""systemd's notify protocol over a real datagram socket."""

import socket
import sys
from pathlib import Path

import pytest

from risk_manager.utils.service_manager import (
    NoServiceManager,
    SystemdNotifier,
    service_manager,
)


@pytest.mark.parametrize("address", [None, "", "tcp:1"])
def test_nobody_is_told_without_an_address(address):
    environment = {} if address is None else {"NOTIFY_SOCKET": address}
    assert isinstance(service_manager(environment), NoServiceManager)


if sys.platform != "win32":  # it has no such sockets

    @pytest.fixture
    def listener(tmp_path: Path):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            sock.bind(str(tmp_path / "n"))
            sock.settimeout(5)
            yield sock

    def test_each_word_of_the_protocol(listener, tmp_path):
        manager = service_manager({"NOTIFY_SOCKET": str(tmp_path / "n")})
        manager.started()
        manager.alive()
        manager.says("DEGRADED;\nuser hub down")
        manager.stopping()
        got = [listener.recv(4096).decode() for _ in range(4)]
        assert got == ["READY=1", "WATCHDOG=1", "STATUS=DEGRADED; user hub down", "STOPPING=1"]

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux has the abstract namespace")
    def test_an_abstract_address():
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            sock.bind("\0risk-manager-test-notify")
            sock.settimeout(5)
            service_manager({"NOTIFY_SOCKET": "@risk-manager-test-notify"}).alive()
            assert sock.recv(100) == b"WATCHDOG=1"

    def test_a_manager_that_is_gone_is_logged_once_and_heard_again(tmp_path, caplog):
        manager = SystemdNotifier(str(tmp_path / "gone"))
        manager.alive()
        manager.alive()
        assert len(caplog.records) == 1
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            sock.bind(str(tmp_path / "gone"))
            manager.alive()
            assert sock.recv(100) == b"WATCHDOG=1"
