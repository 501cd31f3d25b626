"""The admin password: its hash, its length, and the pause after wrong tries."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from risk_manager.config.password import (
    PASSWORD_FILE,
    TRIES_FILE,
    PasswordError,
    PasswordFile,
    WrongPasswordError,
)

START = datetime(2026, 3, 9, tzinfo=UTC)
RIGHT = "correct horse"


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def file(tmp_path, clock):
    made = PasswordFile(tmp_path, clock)
    made.set(RIGHT)
    return made


def fail(file, times=3):
    for _ in range(times):
        with pytest.raises(WrongPasswordError):
            file.check("wrong wrong")


def test_the_file_holds_a_scrypt_hash_and_not_the_password(tmp_path, file):
    text = (tmp_path / PASSWORD_FILE).read_text(encoding="ascii")
    assert text.startswith("scrypt$32768$8$1$")
    assert RIGHT not in text
    file.check(RIGHT)
    PasswordFile(tmp_path, Clock()).set(RIGHT)
    assert (tmp_path / PASSWORD_FILE).read_text(encoding="ascii") != text  # another salt


@pytest.mark.parametrize("password", ["1234567", "x" * 129, "ä" * 65])
def test_a_password_has_8_to_128_bytes(tmp_path, clock, password):
    with pytest.raises(PasswordError, match="8 to 128 bytes"):
        PasswordFile(tmp_path, clock).set(password)
    assert not (tmp_path / PASSWORD_FILE).exists()


def test_without_a_password_nothing_is_right(tmp_path, clock):
    with pytest.raises(PasswordError, match="risk-manager admin password"):
        PasswordFile(tmp_path, clock).check(RIGHT)


def test_the_pause_doubles_up_to_five_minutes(file, clock):
    pauses = []
    for _ in range(8):
        fail(file)
        pauses.append(file.wait_s())
        clock.wait(file.wait_s())
    assert pauses == [5, 10, 20, 40, 80, 160, 300, 300]


def test_during_the_pause_not_even_the_right_one_counts(file, clock):
    fail(file, 2)
    assert file.wait_s() == 0
    fail(file, 1)
    with pytest.raises(PasswordError, match="try again in 5 s"):
        file.check(RIGHT)
    clock.wait(5)
    file.check(RIGHT)
    fail(file, 2)
    assert file.wait_s() == 0  # the count began anew


def test_the_pause_survives_a_restart_and_a_clock_that_is_set_back(tmp_path, file, clock):
    fail(file)
    again = PasswordFile(tmp_path, clock)
    assert (again.wait_s(), again.wrong) == (5, 3)
    clock.wait(-86_400)
    assert again.wait_s() == 5
    clock.wait(5)
    assert again.wait_s() == 0


def test_a_damaged_count_is_a_full_pause(tmp_path, file, clock):
    (tmp_path / TRIES_FILE).write_text("no json", encoding="ascii")
    assert file.wait_s() == 300
    clock.wait(300)
    file.check(RIGHT)
    assert json.loads((tmp_path / TRIES_FILE).read_text(encoding="ascii")) == {"wrong": 0}


@pytest.mark.parametrize("text", ["", "scrypt$1$2", "md5$1$1$1$YQ==$YQ=="])
def test_a_damaged_hash_lets_nobody_in(tmp_path, file, text):
    (tmp_path / PASSWORD_FILE).write_text(text, encoding="ascii")
    with pytest.raises(PasswordError):
        file.check(RIGHT)
