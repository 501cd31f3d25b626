"""News of the live view: each enforcement and each cause of trouble once, a banner for 10 s."""

import json
from datetime import timedelta
from pathlib import Path

import msgspec

from risk_manager.cli.trader.model import EnforcementRow, Status, parse_status
from risk_manager.cli.trader.news import Banner, Item, News
from risk_manager.cli.trader.watch import Watch

STATES = Path(__file__).parents[2] / "fixtures" / "status"
ENFORCED = Item("RULE-001 close position", "6 of 5 contracts")


def load(name: str) -> Status:
    return parse_status(json.loads((STATES / f"{name}.json").read_text(encoding="utf-8")))


def with_enforcements(status: Status, count: int) -> Status:
    account = status.accounts[0]
    kept = account.enforcements[:count]
    return msgspec.structs.replace(
        status, accounts=(msgspec.structs.replace(account, enforcements=kept),)
    )


def test_only_what_is_new_is_news() -> None:
    news, status = News(), load("ok")
    assert news.look(Watch(with_enforcements(status, 1), 0.0)) == []
    assert news.look(Watch(status, 0.0)) == [ENFORCED]
    assert news.look(Watch(status, 0.5)) == []


def test_what_was_done_before_the_first_look_is_not_news() -> None:
    assert News().look(Watch(load("ok"), 0.0)) == []


def test_later_news_of_one_action_is_not_told_again() -> None:
    news, status = News(), load("busy")
    account = status.accounts[0]
    row = msgspec.structs.replace(account.enforcements[0], key="7/1", outcome="STARTED")
    done = msgspec.structs.replace(row, outcome="DONE", at=row.at + timedelta(milliseconds=250))

    def with_rows(*rows: EnforcementRow) -> Watch:
        changed = msgspec.structs.replace(account, enforcements=rows)
        return Watch(msgspec.structs.replace(status, accounts=(changed,)), 0.0)

    news.look(with_rows())
    assert len(news.look(with_rows(row))) == 1
    assert news.look(with_rows(done)) == []


def test_an_enforcement_while_the_daemon_was_away_is_news() -> None:
    news, status = News(), load("ok")
    news.look(Watch(with_enforcements(status, 1), 0.0))
    away = news.look(Watch(None, None, "the daemon has ended"))
    assert away == [Item("NOT MONITORED", "the daemon has ended")]
    assert news.look(Watch(status, 0.0)) == [ENFORCED]


def test_each_cause_is_told_once_while_it_lasts() -> None:
    news, degraded = News(), Watch(load("degraded"), 0.0)
    news.look(Watch(load("ok"), 0.0))
    told = [item.text for item in news.look(degraded) if item.title == "DEGRADED"]
    assert told == list(degraded.causes)
    assert news.look(degraded) == []
    news.look(Watch(load("ok"), 0.0))
    assert len(news.look(degraded)) == len(told)


def test_a_status_that_grows_old_is_told_once() -> None:
    news, status = News(), load("ok")
    news.look(Watch(status, 0.0))
    assert [item.title for item in news.look(Watch(status, 6.0))] == ["NOT MONITORED"]
    assert news.look(Watch(status, 7.0)) == []


def test_the_last_minute_of_a_session_is_told_once_to_who_holds_something() -> None:
    status = load("busy")
    account = status.accounts[0]
    before = account.session
    assert before is not None

    def at(left: float, positions=account.positions) -> Watch:
        session = msgspec.structs.replace(before, forced_close_in_s=left)
        row = msgspec.structs.replace(account, session=session, positions=positions)
        return Watch(msgspec.structs.replace(status, accounts=(row,)), 0.0)

    news = News()
    news.look(at(62.0))
    assert news.look(at(61.0)) == []
    assert news.look(at(60.0, ())) == []
    told = Item("SESSION ENDS", "all positions are closed in 1m")
    assert news.look(at(59.5)) == [told]
    assert news.look(at(30.0)) == []


def test_with_several_accounts_the_news_names_its_account() -> None:
    status = load("ok")
    two = (status.accounts[0], msgspec.structs.replace(status.accounts[0], id=124, name="Second"))
    news = News()
    before = (with_enforcements(status, 1).accounts[0], two[1])
    news.look(Watch(msgspec.structs.replace(status, accounts=before), 0.0))
    (item,) = news.look(Watch(msgspec.structs.replace(status, accounts=two), 0.0))
    assert item.title == "Main Trading Account: RULE-001 close position"


def test_the_banner_stays_ten_seconds() -> None:
    now = [100.0]
    banner = Banner(lambda: now[0])
    assert banner.text() == ""
    banner.show("RULE-001 close position: 6 of 5")
    now[0] = 109.9
    assert banner.text() == "RULE-001 close position: 6 of 5"
    now[0] = 110.0
    assert banner.text() == ""
