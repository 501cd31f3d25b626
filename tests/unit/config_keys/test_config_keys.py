"""Each key of the configuration changes a decision, a message or a call.

The keys come from the models, so a new key fails here until it has a row: two values and a
situation in which they are told apart, in the `rows_*.py` of its subject. A key with one legal
value changes nothing by itself; those are listed in docs/rules/README.md.
"""

import re
from itertools import combinations

import pytest

from tests.unit.config_keys import (
    rows_alerts,
    rows_frame,
    rows_logging,
    rows_money,
    rows_pauses,
    rows_size,
    rows_stops,
    rows_time,
)
from tests.unit.config_keys.walk import keys, models, product_models
from tests.unit.tidy import ROOT

ROWS = [
    *rows_size.ROWS,
    *rows_money.ROWS,
    *rows_pauses.ROWS,
    *rows_stops.ROWS,
    *rows_time.ROWS,
    *rows_frame.ROWS,
    *rows_logging.ROWS,
    *rows_alerts.ROWS,
]


def test_each_key_has_one_row_or_one_value():
    wanted = sorted(str(found) for found in keys() if not found.one_value)
    assert sorted(map(str, ROWS)) == wanted


def test_no_model_is_left_out():
    assert product_models() - models() == set()


def test_keys_with_one_value_are_listed():
    text = (ROOT / "docs" / "rules" / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^- `(.+?)`", text, re.MULTILINE)
    assert sorted(listed) == sorted(found.key for found in keys() if found.one_value)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_key_is_felt(row, tmp_path):
    """Each two values differ; the same value twice does not, so it is the value that is seen."""
    seen = [row.observe(tmp_path / str(n), value) for n, value in enumerate(row.values)]
    assert row.observe(tmp_path / "again", row.values[0]) == seen[0]
    same = [
        (row.values[a], row.values[b])
        for a, b in combinations(range(len(seen)), 2)
        if seen[a] == seen[b]
    ]
    assert same == []
    assert len(seen) > 1
