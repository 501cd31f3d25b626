"""The admin menu: its table leads to real commands, and a person can use it at a terminal."""

import sys

import click
import pytest

from risk_manager.cli.admin.boxes import PLAIN, ROUND, box, frame_for
from risk_manager.cli.admin.menu_table import MAIN, Action, Page
from risk_manager.cli.main import cli, main
from risk_manager.config.loader import load_config
from risk_manager.rules import RULES
from tests.integration.cli.conftest import PASSWORD, Office

ACTIONS = [
    action for item, _ in MAIN for action in (item.actions if isinstance(item, Page) else [item])
]
PAGES = [item for item, _ in MAIN if isinstance(item, Page)]


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: " ".join(action.words))
def test_every_line_is_a_command_that_takes_these_answers(action: Action) -> None:
    answers = ["1" if ask.option is None else f"{ask.option}=1" for ask in action.asks]
    command: click.Command = cli
    rest = [*action.words, *answers]
    context = click.Context(cli)
    while isinstance(command, click.Group):
        name = rest.pop(0)
        found = command.get_command(context, name)
        assert found is not None, f"there is no {name}"
        command = found
    # Raises UsageError where an answer is missing or too many.
    command.make_context(command.name, rest)


def test_the_numbers_are_those_of_the_specification():
    assert [item.label for item, _ in MAIN] == [
        "Configure Authentication", "Manage Accounts", "Configure Risk Rules", "Service Control",
        "Test Connection", "View Daemon Status",
    ]  # fmt: skip


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.label)
def test_every_page_fits_a_small_terminal(page):
    lines = [f"{number:>2}  {item.label}" for number, item in enumerate(page.actions, 1)]
    drawn = box(page.label, ["state", "", *lines, " 0  Back"], 80, ROUND)
    assert len(drawn) <= 21, "room for the question and its answer"
    assert {len(line.strip()) for line in drawn} == {64}
    assert all(line.startswith(" " * 8) for line in drawn), "in the middle"
    assert all(item.label in "".join(drawn) for item in page.actions), "nothing is cut"


def test_a_console_without_the_signs_gets_plain_ones():
    assert (frame_for("utf-8"), frame_for("cp1252"), frame_for(None)) == (ROUND, PLAIN, PLAIN)
    assert "".join(box("t", ["x"], 80, PLAIN)).isascii()


def test_without_a_terminal_there_is_no_menu(capsys):
    assert main(["admin"]) == 2
    assert "name a command" in capsys.readouterr().err


def test_folders_before_a_command_are_refused(tmp_path, capsys):
    assert main(["admin", "--config", str(tmp_path), "status"]) == 2
    assert "behind the command" in capsys.readouterr().err


if sys.platform != "win32":
    from tests.integration.cli.terminal import Person

    def person(office: Office, *words: str, **variables: str) -> Person:
        folders = ["--config", str(office.config), "--data", str(office.data)]
        return Person("admin", *words, *folders, folder=office.root, **variables)

    def test_a_person_goes_through_the_menu(office):
        office.write_files()
        with person(office) as someone:
            page = someone.sees("Choice: ")
            assert "NOT MONITORED" in page
            assert "1  Configure Authentication" in page
            assert max(map(len, page.splitlines())) <= 80
            someone.types("7")
            someone.sees("type a number from 0 to 6")
            someone.types("1")
            someone.sees("Show the login")
            someone.types("1")
            assert office.server.username in someone.sees("exit code 0: done")
            someone.types("")
            someone.types("0")
            someone.sees("View Daemon Status")
            someone.types("5")
            assert "market hub" in someone.sees("exit code 5: no guard runs")
            someone.types("")
            someone.types("0")
            assert someone.leaves() == 0
            assert "\x1b[3" in someone.shown, "colours"

    def test_it_is_readable_without_colour_and_without_signs(office):
        with person(office, PYTHONIOENCODING="ascii", NO_COLOR="1") as someone:
            page = someone.sees("Choice: ")
            someone.types("0")
            assert someone.leaves() == 0
            assert "\x1b" not in someone.shown
        assert page.isascii()
        assert page.splitlines()[0].strip().startswith("+--")

    def test_an_interrupt_leaves_with_130(office):
        with person(office) as someone:
            someone.sees("Choice: ")
            someone.interrupts()
            assert someone.leaves() == 130

    def test_the_first_run_at_a_terminal(office):
        with person(office, "init", "--gateway", office.server.api_url) as someone:
            someone.sees("User name of the platform: ")
            someone.types(office.server.username)
            someone.sees("API key: ")
            someone.types("not-the-key-0001")
            someone.sees("login refused, code 3")
            someone.sees("User name of the platform: ")
            someone.types(office.server.username)
            someone.sees("API key: ")
            someone.types(office.server.api_key)
            listed = someone.sees("Number or name of the account to guard: ")
            number = str(office.server.accounts()[0].id)
            assert number in listed
            someone.types(number)
            someone.sees("Preset")
            someone.types("topstep-150k")
            someone.sees("shadow mode")
            someone.types("y")
            someone.sees("Write this configuration?")
            someone.types("y")
            someone.sees("New admin password, 8 bytes or more: ")
            someone.types("short")
            someone.sees("New admin password, 8 bytes or more: ")
            someone.types(PASSWORD)
            someone.sees("Repeat for confirmation: ")
            someone.types(PASSWORD)
            someone.sees("risk-manager service install")
            assert someone.leaves() == 0
            assert office.server.api_key not in someone.shown
            assert PASSWORD not in someone.shown
        sections = {rule.section: rule.config_model for rule in RULES}
        loaded = load_config(office.config, sections, environ={})
        assert (loaded.global_.preset, loaded.global_.mode.value) == ("topstep-150k", "shadow")
