"""Whatever is done to a ledger is found and named, file, line, sequence, by both verifiers."""

import ast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from risk_manager.ledger.chain import Tip
from risk_manager.ledger.verify import verify
from tests.unit.ledger.shelf import (
    STAND_ALONE,
    copy,
    found,
    found_alone,
    ledger_files,
    run_alone,
    written,
)

PLAY = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return written(tmp_path_factory.mktemp("ledger") / "whole")


def places(folder):
    """Each line's file, number and sequence."""
    lines = [
        (path, number) for path in ledger_files(folder)
        for number, _ in enumerate(path.read_bytes().splitlines(), start=1)
    ]  # fmt: skip
    return [(path, number, seq) for seq, (path, number) in enumerate(lines, start=1)]


def both(folder, capsys):
    """What both verifiers find; they must agree on the first place."""
    ours, alone = found(folder), found_alone(folder, capsys)
    assert [place[0] for place in ours[:1]] == [place[0] for place in alone[:1]]
    assert bool(ours) == bool(alone)
    return ours, alone


def test_a_whole_ledger_is_whole(whole, capsys):
    assert len(ledger_files(whole)) > 2
    assert both(whole, capsys) == ([], [])
    verdict = verify(whole)
    assert verdict.lines == len(places(whole)) == verdict.last.seq
    assert run_alone(whole).returncode == 0


@PLAY
@given(data=st.data())
def test_any_changed_byte_is_found_in_its_line(whole, capsys, data):
    folder = copy(whole, "changed")
    path, number, seq = data.draw(st.sampled_from(places(folder)))
    lines = path.read_bytes().splitlines(keepends=True)
    at = data.draw(st.integers(0, len(lines[number - 1]) - 1))
    old = lines[number - 1][at]
    new = data.draw(st.integers(0, 255).filter(lambda value: value != old))
    changed = bytearray(lines[number - 1])
    changed[at] = new
    lines[number - 1] = bytes(changed)
    path.write_bytes(b"".join(lines))
    for result in both(folder, capsys):
        assert result[0] == (path.name, number, seq)


@PLAY
@given(data=st.data())
def test_any_removed_line_is_found_where_it_stood(whole, capsys, data):
    folder = copy(whole, "removed")
    all_places = places(folder)
    path, number, seq = data.draw(st.sampled_from(all_places))
    lines = path.read_bytes().splitlines(keepends=True)
    del lines[number - 1]
    path.write_bytes(b"".join(lines))
    for result in both(folder, capsys):
        name, _, named = result[0]
        follower = next((p.name for p, _, s in all_places if s == seq + 1), path.name)
        assert name in {path.name, follower}
        assert named in {seq, seq + 1}


@PLAY
@given(data=st.data())
def test_any_moved_line_is_found(whole, capsys, data):
    folder = copy(whole, "moved")
    path = data.draw(st.sampled_from(ledger_files(folder)))
    lines = path.read_bytes().splitlines(keepends=True)
    moved = data.draw(st.permutations(lines).filter(lambda order: order != lines))
    path.write_bytes(b"".join(moved))
    for result in both(folder, capsys):
        first = next(i for i, pair in enumerate(zip(lines, moved, strict=True)) if len({*pair}) > 1)
        assert result[0][:2] == (path.name, first + 1)


@PLAY
@given(data=st.data())
def test_a_ledger_cut_anywhere_is_found(whole, capsys, data):
    folder = copy(whole, "cut")
    path, number, seq = data.draw(st.sampled_from(places(folder)))
    lines = path.read_bytes().splitlines(keepends=True)
    kept = data.draw(st.integers(0, len(lines[number - 1]) - 1))
    path.write_bytes(b"".join(lines[: number - 1]) + lines[number - 1][:kept])
    for later in ledger_files(folder):
        if later > path:
            later.unlink()
    for result in both(folder, capsys):
        assert any(place[0] == path.name and place[2] == seq for place in result)


@PLAY
@given(data=st.data())
def test_a_line_that_is_written_twice_is_found(whole, capsys, data):
    folder = copy(whole, "twice")
    path, number, _ = data.draw(st.sampled_from(places(folder)))
    lines = path.read_bytes().splitlines(keepends=True)
    lines.insert(number, lines[number - 1])
    path.write_bytes(b"".join(lines))
    for result in both(folder, capsys):
        assert result[0][:2] == (path.name, number + 1)


def test_any_removed_file_is_found(whole, capsys):
    for path in ledger_files(whole):
        folder = copy(whole, "without")
        (folder / path.name).unlink()
        ours, alone = both(folder, capsys)
        assert ours
        assert alone


def test_a_forged_tail_is_found_by_what_was_noted_elsewhere(whole, tmp_path, capsys):
    """Who can write the folder can write it anew as a whole; a hash noted elsewhere tells."""
    noted = verify(whole).last
    forged = written(tmp_path / "forged", 11)
    assert found(forged) == []
    assert verify(forged, [noted]).findings
    expectation = f"{noted.seq}:{noted.hash}"
    assert found_alone(forged, capsys, "--expect", expectation)
    assert found_alone(whole, capsys, "--expect", expectation) == []
    assert verify(whole, [Tip(noted.seq - 1, "0" * 64)]).findings


def test_the_stand_alone_verifier_knows_nothing_of_the_product():
    tree = ast.parse(STAND_ALONE.read_text(encoding="utf-8"))
    names = {
        alias.name for node in ast.walk(tree) if isinstance(node, ast.Import)
        for alias in node.names
    } | {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}  # fmt: skip
    assert names == {
        "__future__", "argparse", "collections.abc", "hashlib", "json", "pathlib", "re", "sys",
        "typing",
    }  # fmt: skip
