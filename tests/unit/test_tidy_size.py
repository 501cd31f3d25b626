"""Files and functions stay small enough to be understood without opening another file."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.tidy import name_of, parse, python_files

MAX_FILE_LINES = 200
MAX_FUNCTION_LINES = 50
MAX_NESTING = 3
Function = ast.FunctionDef | ast.AsyncFunctionDef
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.Match)


def functions(tree: ast.Module) -> Iterator[Function]:
    """Yield every function and method of a file."""
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def blocks_below(node: ast.AST) -> int:
    """Return how deep control blocks are nested below `node`; an `elif` is no further level."""
    deepest = 0
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (*Function.__args__, ast.ClassDef, ast.Lambda)):
            continue  # a level of its own
        is_elif = isinstance(node, ast.If) and node.orelse == [child] and isinstance(child, ast.If)
        level = int(isinstance(child, BLOCKS) and not is_elif)
        deepest = max(deepest, level + blocks_below(child))
    return deepest


@pytest.mark.parametrize("path", python_files(), ids=name_of)
def test_python_file_is_small(path: Path) -> None:
    tree = parse(path)
    lines = len(path.read_text(encoding="utf-8").splitlines())
    problems = [f"{lines} lines"] if lines > MAX_FILE_LINES else []
    for function in functions(tree):
        length = (function.end_lineno or 0) - function.lineno + 1
        depth = blocks_below(function)
        if length > MAX_FUNCTION_LINES or depth > MAX_NESTING:
            problems.append(f"{function.name}: {length} lines, {depth} levels")
    assert problems == []


def test_nesting_is_counted_without_elif() -> None:
    flat = "def f(a):\n if a: pass\n elif a > 1: pass\n elif a > 2:\n  for b in a: pass"
    deep = "def f(a):\n for b in a:\n  if b:\n   with b:\n    while b: pass"
    assert [blocks_below(next(functions(ast.parse(text)))) for text in (flat, deep)] == [2, 4]
