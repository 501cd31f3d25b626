"""Which configured accounts the login has, and what is said of those it has not."""

from datetime import time

import pytest

from risk_manager.api.rest_client import ListedAccount
from risk_manager.bootstrap.accounts import Resolved, resolve_accounts
from risk_manager.config.accounts import AccountEntry
from risk_manager.config.effective import AccountConfig, ResetTime
from risk_manager.config.models import DEFAULT_RESET_ZONE, GlobalConfig
from risk_manager.domain.errors import StartError
from risk_manager.domain.ids import AccountId
from risk_manager.domain.positions import AccountRow

ROWS = {10001: "PRAC-V2-1", 10002: "Combine"}


def config(**members: object) -> AccountConfig:
    reset = ResetTime(time(17, 0), DEFAULT_RESET_ZONE)
    return AccountConfig(AccountEntry.model_validate(members), GlobalConfig(), reset, {}, "")


def resolve(*entries: dict[str, object], rows: dict[int, str] = ROWS) -> Resolved:
    listed = [
        ListedAccount(AccountRow(AccountId(number), name, None, None), None, None)
        for number, name in rows.items()
    ]
    return resolve_accounts([config(**entry) for entry in entries], listed)


def watched(resolved: Resolved) -> list[int]:
    return [item.id for item in resolved.watched]


def test_names_are_matched_without_regard_to_case():
    found = resolve({"account_name": "prac-v2-1"}, {"account_name": "COMBINE"})
    assert (watched(found), found.unwatched, found.causes) == ([10001, 10002], [], [])


def test_with_a_number_the_name_is_only_a_label():
    assert watched(resolve({"account_id": 10002, "account_name": "PRAC-V2-1"})) == [10002]


def test_an_account_that_is_not_there_is_shown_and_named():
    found = resolve({"account_id": 10001}, {"account_id": 77777, "nickname": "Eval"})
    assert watched(found) == [10001]
    assert found.unwatched == [(77777, "Eval")]
    (cause,) = found.causes
    for word in ("Eval", "not among", "restart"):
        assert word in cause


def test_a_name_the_login_has_twice_is_not_guessed():
    rows = {1: "Twin", 2: "twin", 3: "Other"}
    found = resolve({"account_name": "Twin"}, {"account_id": 3}, rows=rows)
    assert (watched(found), found.unwatched) == ([3], [(0, "Twin")])
    assert "more than once" in found.causes[0]


def test_a_disabled_account_is_shown_without_a_cause():
    found = resolve({"account_id": 10001}, {"account_id": 10002, "enabled": False})
    assert (watched(found), found.unwatched, found.causes) == ([10001], [(10002, "10002")], [])


def test_without_any_account_the_start_fails_and_names_what_there_is():
    with pytest.raises(StartError, match=r"10002 \(Combine\)"):
        resolve({"account_id": 5})


def test_two_entries_of_one_account_are_refused_by_both_names():
    with pytest.raises(StartError, match="10001 and prac-v2-1 are the same account 10001"):
        resolve({"account_id": 10001}, {"account_name": "prac-v2-1"})


def test_a_disabled_second_entry_does_no_harm():
    found = resolve({"account_id": 10001}, {"account_name": "PRAC-V2-1", "enabled": False})
    assert watched(found) == [10001]
