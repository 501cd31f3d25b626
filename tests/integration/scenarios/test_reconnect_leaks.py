"""Many reconnects of the real daemon: no thread, socket or descriptor is left over."""

import sys
from operator import le

import psutil

from tests.integration.line.proxy import BadLine
from tests.integration.scenarios.tools import edit_accounts, pid_of, said, wait_hubs
from tests.integration.world.settings import daily_loss
from tests.integration.world.waiting import wait_until

ROUNDS = 12
CONNECTIONS = 10
"""Two hubs, eight REST workers."""
MORE_BYTES = 6 * 2**20


def held(process):
    """Threads, descriptors and connections of a process."""
    descriptors = process.num_handles() if sys.platform == "win32" else process.num_fds()
    return process.num_threads(), descriptors, len(process.net_connections())


def test_reconnects_leave_nothing_behind(make_world, impatient):
    impatient(api__backoff__RECONNECT_DELAYS_S=[0.0, 0.02])
    world = make_world({"daily_realized_loss": daily_loss()}, started=False)
    with BadLine(int(world.venue.server.api_url.rpartition(":")[2]), 1) as line:
        edit_accounts(world, **line.addresses)
        world.guard()
        process = psutil.Process(pid_of(world))
        wait_until(lambda: line.open_now == CONNECTIONS, 5, "all connections")
        before = held(process)
        for done in range(ROUNDS):
            if done == 2:  # what is built once has been built
                resident = process.memory_info().rss
            line.refuse()
            wait_hubs(world, "down")
            line.clear()
            wait_hubs(world, "up")
        wait_until(lambda: all(map(le, held(process), before)), 5, f"no more than {before}")
        assert process.memory_info().rss - resident < MORE_BYTES
        assert said(world).count("user hub connected") == ROUNDS + 1
        world.daemon.stop()
