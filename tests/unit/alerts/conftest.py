"""A loopback service for each test that asks for one."""

from collections.abc import Iterator

import pytest

from tests.unit.alerts.sink import Sink


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as made:
        yield made
