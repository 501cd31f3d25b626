"""`admin logs`: filters, older files, all four in order, and following."""

import gzip
import sys

import pytest

from risk_manager.cli.admin.log_files import Tail, generations
from tests.integration.cli.conftest import Office


def line(second, level, text, logger="risk_manager.daemon"):
    return f"2026-03-02T10:00:{second:02}.000Z {level:<8} {logger}: {text}\n"


@pytest.fixture
def logged(office: Office) -> Office:
    folder = office.root / "logs"
    folder.mkdir()
    with gzip.open(folder / "daemon.log.2.gz", "wt") as file:
        file.write(line(1, "INFO", "oldest"))
    with gzip.open(folder / "daemon.log.1.gz", "wt") as file:
        file.write(line(2, "INFO", "older") + line(3, "WARNING", "older warning"))
    rest = line(5, "INFO", "new") + line(7, "ERROR", "it broke") + "Traceback\n  KeyError: 'MNQ'\n"
    (folder / "daemon.log").write_text(rest)
    (folder / "api.log").write_text(line(6, "DEBUG", "POST /api/Order/place"))
    (folder / "error.log").write_text("")
    (folder / "enforcement.log").write_text('{"at": "2026-03-02T10:00:04Z", "level": "INFO"}\n')
    return office


def words(office, *options):
    rows = office.run("logs", "--json", *options).data["records"]
    return [row["text"].rpartition(": ")[2] if row["file"] != "error" else "" for row in rows]


def test_the_newest_come_last_and_older_files_are_read_when_needed(logged):
    assert words(logged, "--tail", "4")[:3] == ["older", "older warning", "new"]
    assert words(logged)[0] == "oldest"
    assert words(logged, "--tail", "0") == []


def test_level_and_search_choose_whole_records(logged):
    (text,) = logged.run("logs", "--level", "error", "--json").data["records"]
    assert text["text"].endswith("KeyError: 'MNQ'"), "the traceback belongs to its record"
    assert words(logged, "--level", "WARNING")[0] == "older warning"
    assert len(words(logged, "--search", "mnq")) == 1
    assert words(logged, "--search", "nowhere") == []


def test_all_four_are_shown_in_the_order_of_time(logged):
    done = logged.run("logs", "--file", "all", "--tail", "4")
    names = [row.split()[0] for row in done.out.splitlines() if row[:1].isalpha()]
    assert names[:3] == ["enforcement", "daemon", "api"]


def test_the_folder_of_the_logging_file_is_used(logged):
    (logged.root / "logs").rename(logged.root / "elsewhere")
    assert logged.run("logs").code == 1
    (logged.config / "logging.yaml").write_text("log_dir: elsewhere\n")
    assert logged.run("logs").code == 0


def test_following_has_no_json(logged):
    assert logged.run("logs", "--follow", "--json").code == 2


def test_a_tail_gives_whole_lines_and_survives_a_new_file(tmp_path):
    path = tmp_path / "daemon.log"
    path.write_text(line(1, "INFO", "before"))
    tail = Tail(tmp_path, "daemon")
    assert tail.fresh() == []
    with path.open("a") as file:
        file.write(line(2, "INFO", "one") + line(3, "INFO", "ha"))
        file.flush()
        file.seek(0, 2)
    assert [row.text[-3:] for row in tail.fresh()] == ["one", " ha"]
    with path.open("a") as file:
        file.write("2026-03-02T10:00:04.000Z INFO ")
    assert tail.fresh() == []
    with path.open("a") as file:
        file.write("    risk_manager: end\n")
    assert [row.text[-3:] for row in tail.fresh()] == ["end"]
    path.rename(tmp_path / "daemon.log.1")
    path.write_text(line(5, "INFO", "after"))
    assert [row.text[-5:] for row in tail.fresh()] == ["after"]
    assert [file.name for file in generations(tmp_path, "daemon")] == ["daemon.log", "daemon.log.1"]


if sys.platform != "win32":
    from tests.integration.cli.terminal import Person

    def test_follow_shows_what_is_added_until_it_is_interrupted(logged):
        folders = ["--config", str(logged.config), "--data", str(logged.data)]
        order = ["admin", "logs", "--follow", "--level", "ERROR", *folders]
        with Person(*order, folder=logged.root) as someone:
            someone.sees("KeyError")
            with (logged.root / "logs" / "daemon.log").open("a") as file:
                file.write(line(8, "INFO", "nothing") + line(9, "ERROR", "again"))
            assert "nothing" not in someone.sees("again")
            someone.interrupts()
            assert someone.leaves() == 130
