"""The processes of a benchmark: the gateway, the baseline, and the real daemon."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import trustme

from benchmarks.book import ACCOUNT, USER
from benchmarks.trials import LIMIT, REDUCE_LIMIT

START_LIMIT_S = 30.0


class Certificates(NamedTuple):
    """PEM files: the server's key and chain, and the authority that signed it."""

    server: Path
    authority: Path


def make_certificates(folder: Path) -> Certificates:
    """Make an authority and a certificate for loopback."""
    authority = trustme.CA()
    made = Certificates(folder / "server.pem", folder / "authority.pem")
    leaf = authority.issue_cert("127.0.0.1", "localhost")
    leaf.private_key_and_cert_chain_pem.write_to_path(str(made.server))
    authority.cert_pem.write_to_path(str(made.authority))
    return made


def python(*words: str) -> list[str]:
    """Return a command line for a module of this environment."""
    return [sys.executable, "-m", *words]


@contextlib.contextmanager
def ended(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    """Give the process, and end it whatever happens."""
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class GatewayClient:
    """The control connection to the gateway process."""

    def __init__(self, port: int, control_port: int) -> None:
        self.port = port
        self._socket = socket.create_connection(("127.0.0.1", control_port))
        self._file = self._socket.makefile("r", encoding="utf-8")

    def close(self) -> None:
        """End the control connection; the gateway process then ends by itself."""
        self._file.close()
        self._socket.close()

    def run(self, command: str, **options: int) -> Any:
        """Run a command in the gateway and return its result; raise RuntimeError if it failed."""
        self._socket.sendall(json.dumps({"command": command, **options}).encode() + b"\n")
        answer = json.loads(self._file.readline())
        if "error" in answer:
            raise RuntimeError(f"{command}: {answer['error']}")
        return answer["result"]

    def wait_for(self, name: str, value: object) -> None:
        """Wait until a member of the state has a value; raise TimeoutError after 30 s."""
        end = time.monotonic() + START_LIMIT_S
        while self.run("state")[name] != value:
            if time.monotonic() > end:
                raise TimeoutError(f"{name} did not become {value!r}")
            time.sleep(0.1)


@contextlib.contextmanager
def gateway(certificates: Certificates | None) -> Iterator[GatewayClient]:
    """Start the gateway process, over TLS with `certificates`."""
    command = python("benchmarks.gateway")
    if certificates is not None:
        command += ["--certificate", str(certificates.server)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    with ended(process):
        assert process.stdout is not None
        with (
            process.stdout,
            contextlib.closing(GatewayClient(**json.loads(process.stdout.readline()))) as client,
        ):
            yield client


@contextlib.contextmanager
def baseline(client: GatewayClient, certificates: Certificates | None) -> Iterator[dict[str, int]]:
    """Start the baseline with the byte counts of the last breach; yield these counts."""
    state = client.run("state")
    sizes = {name: state[name] for name in ("event_bytes", "request_bytes")}
    command = python("benchmarks.baseline", str(client.port), *map(str, sizes.values()))
    if certificates is not None:
        command += ["--authority", str(certificates.authority)]
    with ended(subprocess.Popen(command, text=True)):
        client.wait_for("baseline", 2)
        yield sizes


class Daemon(NamedTuple):
    """The running daemon: seconds until it was ready, and a view of its process."""

    ready_s: float
    process: psutil.Process

    def resident_mb(self) -> float:
        """Return its resident memory in MB (10^6 bytes)."""
        return float(self.process.memory_info().rss / 1e6)


def write_config(folder: Path, port: int, scheme: str, more_rules: str) -> None:
    """Write the two files of a daemon that guards the benchmark account.

    With rules 001 and 002, and the sections of `more_rules`.
    """
    origin = f"{scheme}://127.0.0.1:{port}"
    (folder / "accounts.yaml").write_text(
        f'topstepx:\n  username: "{USER}"\n  api_key: "${{RISK_API_KEY}}"\n'
        f'  api_url: "{origin}"\n  user_hub: "{origin}/hubs/user"\n'
        f'  market_hub: "{origin}/hubs/market"\nmonitored_account:\n  account_id: {ACCOUNT}\n',
        encoding="utf-8",
    )
    (folder / "risk_config.yaml").write_text(
        f"max_contracts:\n  enabled: true\n  limit: {LIMIT}\n  count_type: net\n"
        "  close_all: true\n"
        f"max_contracts_per_instrument:\n  enabled: true\n  limits: {{RED: {REDUCE_LIMIT}}}\n"
        "  enforcement: reduce_to_limit\n  unknown_symbol_action: allow_unlimited\n" + more_rules,
        encoding="utf-8",
    )


@contextlib.contextmanager
def daemon(
    client: GatewayClient, certificates: Certificates | None, folder: Path, more_rules: str = ""
) -> Iterator[Daemon]:
    """Start the real daemon against the gateway and yield it once it says READY."""
    config = folder / "config"
    config.mkdir(parents=True)
    write_config(config, client.port, "http" if certificates is None else "https", more_rules)
    environment = {**os.environ, "RISK_API_KEY": "benchmark"}
    if certificates is not None:
        environment["SSL_CERT_FILE"] = str(certificates.authority)
    places = ["--config", str(config), "--data", str(folder / "data")]
    begun = time.monotonic()
    with (folder / "stderr.txt").open("w") as errors:
        process = subprocess.Popen(
            python("benchmarks.daemon_entry", "run", *places),
            stdout=subprocess.PIPE, stderr=errors, text=True, env=environment,
        )  # fmt: skip
    with ended(process):
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line.startswith("READY"):
            said = (folder / "stderr.txt").read_text()[-2000:]
            raise RuntimeError(f"the daemon did not become ready: {line!r}\n{said}")
        with process.stdout:
            yield Daemon(time.monotonic() - begun, psutil.Process(process.pid))
