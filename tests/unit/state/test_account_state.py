"""When an account was looked at."""

from datetime import timedelta

from tests.support.make import NOW
from tests.support.stage import Stage


def test_a_look_with_suspended_children_is_dated_by_itself():
    """A newer look that did not read them proves nothing about them."""
    account = Stage().account
    account.note_look(NOW + timedelta(seconds=5), None)
    account.note_look(NOW, ())
    assert account.looked_at == NOW + timedelta(seconds=5)
    assert account.suspended_at == NOW
    account.note_look(NOW - timedelta(seconds=1), ())
    assert account.suspended_at == NOW
