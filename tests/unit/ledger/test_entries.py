"""What a step brought about, as lines: each change once, with what is needed to understand it."""

from dataclasses import replace
from datetime import timedelta

from risk_manager.domain.events import Stamp
from risk_manager.domain.ids import AccountId, ContractId, RuleId
from risk_manager.domain.locks import LockKey, LockKind, Lockout
from risk_manager.domain.records import BreachSeen, EnforcementRecord, Outcome
from risk_manager.enforcement.step import Ids, Step
from risk_manager.ledger.entries import REMEMBERED, Translator
from risk_manager.state.writes import EndLock, PutActiveConfig, PutLock
from tests.unit.ledger.shelf import NOW

ACCOUNT, RULE = AccountId(10001), RuleId("RULE-003")
RESET = NOW + timedelta(hours=1)
KEY = LockKey(ACCOUNT, "account", RULE)
LOCK = Lockout(KEY, LockKind.UNTIL_RESET, "daily loss", NOW, RESET, "-550", "-500")
CLOSE = EnforcementRecord(
    "close-1", NOW, ACCOUNT, RULE, "daily loss", "CLOSE_POSITION", Outcome.STARTED,
    ContractId("CON.F.US.MNQ.H26"), 2, 0,
)  # fmt: skip


def told(translator, *, writes=(), records=(), breaches=()):
    step = Step(Stamp(1, NOW, 1.0, 1.0), Ids())
    step.writes.extend(writes)
    step.records.extend(records)
    step.breaches.extend(breaches)
    return [(entry.kind, dict(entry.data)) for entry in translator.entries(step)]


def test_a_lock_is_set_extended_and_ended():
    translator = Translator()
    longer = replace(LOCK, until=RESET + timedelta(hours=1))
    followed = replace(LOCK, ceilings={ContractId("CON.F.US.MNQ.H26"): 2})
    found = [
        [data["event"] for _, data in told(translator, writes=[write])]
        for write in (PutLock(LOCK), PutLock(LOCK), PutLock(followed), PutLock(longer),
                      EndLock(KEY, NOW, "daily reset"), PutLock(LOCK))
    ]  # fmt: skip
    assert found == [["set"], [], [], ["extended"], ["ended"], ["set"]]


def test_a_lock_line_says_why_and_until_when():
    (line,) = told(Translator(), writes=[PutLock(LOCK)])
    assert line == (
        "lock",
        {
            "account": 10001, "event": "set", "kind": "until_reset", "limit": "-500",
            "reason": "daily loss", "rule": "RULE-003", "scope": "account",
            "until": "2026-03-09T22:00:00.000Z", "value": "-550",
        },
    )  # fmt: skip


def test_a_lock_of_an_earlier_run_is_not_set_again():
    translator = Translator([LOCK])
    assert told(translator, writes=[PutLock(LOCK)]) == []
    ((_, data),) = told(translator, writes=[EndLock(KEY, NOW, "time is over")])
    assert (data["event"], data["cause"]) == ("ended", "time is over")


def test_an_action_and_its_result_are_a_line_each():
    translator = Translator()
    sent = replace(CLOSE, ms_to_request=0.94)
    done = replace(sent, outcome=Outcome.DONE, ms_to_flat=13.7)
    lines = told(translator, records=[CLOSE, sent, done, done])
    assert [kind for kind, _ in lines] == ["action", "result"]
    _, result = lines[1]
    assert (result["outcome"], result["ms_to_request"], result["ms_to_flat"]) == (
        "DONE", "0.9", "13.7",
    )  # fmt: skip
    assert result["key"] == lines[0][1]["key"]


def test_the_word_of_a_lock_is_told_by_its_own_line():
    word = replace(CLOSE, action="SET_LOCKOUT", outcome=Outcome.DONE)
    assert told(Translator(), records=[word]) == []


def test_a_breach_says_whether_anything_follows():
    seen = BreachSeen(ACCOUNT, RULE, "daily loss -550.00 of -500.00", "-550.00", "-500.00", True)
    ((kind, data),) = told(Translator(), breaches=[seen])
    assert (kind, data["mode"], data["value"], data["limit"]) == (
        "breach", "shadow", "-550.00", "-500.00",
    )  # fmt: skip


def test_the_memory_of_actions_is_bounded():
    translator = Translator()
    told(translator, records=[replace(CLOSE, key=str(n)) for n in range(REMEMBERED + 50)])
    assert len(translator._outcomes) == REMEMBERED


def test_another_configuration_is_a_line_and_the_same_one_again_is_not():
    translator = Translator(config={"10001": "a" * 64})
    writes = [PutActiveConfig(ACCOUNT, "{}", digit * 64, NOW) for digit in "aabba"]
    found = [told(translator, writes=[write]) for write in writes]
    assert found == [
        [], [], [("config", {"account": "10001", "from": "a" * 64, "to": "b" * 64})], [],
        [("config", {"account": "10001", "from": "b" * 64, "to": "a" * 64})],
    ]  # fmt: skip
