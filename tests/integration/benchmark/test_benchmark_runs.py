"""The benchmark's gateway and the real daemon understand each other, over TLS and without.

Three trials of each kind: that they end at all shows that the request left. The times are not
judged here; a busy machine would make such a test lie.
"""

from pathlib import Path

import pytest

from benchmarks import processes

ONE_MS = 1_000


@pytest.mark.parametrize("is_tls", [True, False], ids=["tls", "plain"])
def test_every_kind_of_trial_ends(tmp_path: Path, is_tls: bool) -> None:
    certificates = processes.make_certificates(tmp_path) if is_tls else None
    with (
        processes.gateway(certificates) as gateway,
        processes.daemon(gateway, certificates, tmp_path / "daemon"),
    ):
        for kind in ("breach", "six", "reduce"):
            results = gateway.run(kind, count=3, spacing_us=100 * ONE_MS)
            assert len(results) == 3
        with processes.baseline(gateway, certificates) as sizes:
            assert sizes["event_bytes"] > 200
            assert sizes["request_bytes"] > 200
            assert len(gateway.run("baseline", count=3, spacing_us=100 * ONE_MS, **sizes)) == 3
