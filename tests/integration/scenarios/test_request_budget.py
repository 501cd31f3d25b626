"""A minute in which every request is spent leaves room for a close (S79)."""

import threading
import urllib.error
import urllib.request

from tests.integration.world.sent import CLOSE
from tests.integration.world.settings import max_contracts
from tests.integration.world.venue import FIRST_ACCOUNT

CAP = {"max_contracts": max_contracts(5)}
SEARCH = "/api/Account/search"
ACCOUNTS = 17
"""Their first reads, eight requests each, use up most of it."""
POLLS = 140
"""Where polls stop of their own accord; a read of three requests may no longer fit."""


def foreign_call(world) -> int:
    """Another program of the trader uses the same session; the HTTP status."""
    (token, *_) = world.venue.server._in_loop(lambda g: list(g._hub._sessions._expiry))
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    url = world.venue.server.api_url + SEARCH
    request = urllib.request.Request(url, b'{"onlyActiveAccounts":true}', headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def spent(venue) -> int:
    """The requests so far, once even a message nobody understands causes no read."""
    venue.tell("Order", {"id": "not understood", "accountId": FIRST_ACCOUNT})
    before = len(venue.server.requests())
    threading.Event().wait(2.5)
    after = len(venue.server.requests())
    return after if after == before >= POLLS - 3 else 0


def test_s79_a_minute_full_of_requests_leaves_room_for_a_close(make_world):
    accounts = [{"account_id": FIRST_ACCOUNT + number} for number in range(ACCOUNTS)]
    world = make_world(CAP, accounts=accounts)
    venue = world.venue
    polled = world.wait_for(lambda: spent(venue), 20, "polls that stop when their part is used")
    answers = [foreign_call(world) for _ in range(200 - polled + 5)]
    assert answers.count(200) >= 40
    assert answers[-1] == 429
    close = world.provoke(lambda: venue.fill("MNQ", 6), paths=[CLOSE])
    assert close.status == 429
    venue.server._in_loop(lambda gateway: gateway._limits.clear())  # the venue's minute is over
    world.wait_net("MNQ", 0, within=10)
    # The look that confirms it waits for its part of the minute: the close itself must not.
    assert [request.status for request in venue.closes()] == [429, 200]
