"""Size is a rule like any other: a file, a function and a page stay short enough to read in one go."""

from __future__ import annotations

import ast
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILE, PAGE, FUNCTION = 300, 150, 40  # lines
FILES = sorted(chain(ROOT.glob("variants/**/*.py"), ROOT.glob("pages/**/*.py")))
NAMES = [str(path.relative_to(ROOT)) for path in FILES]


def most_lines(name: str) -> int:
    is_page = name.startswith("pages/") and not name.startswith("pages/ui/")
    return PAGE if is_page else FILE


@pytest.mark.parametrize("name", NAMES)
def test_file_is_short(name: str) -> None:
    lines = len((ROOT / name).read_text(encoding="utf-8").splitlines())
    assert lines <= most_lines(name), f"{name} has {lines} lines, {most_lines(name)} at most"


@pytest.mark.parametrize("name", NAMES)
def test_functions_are_short(name: str) -> None:
    tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    sizes = {f.name: (f.end_lineno or f.lineno) - f.lineno + 1 for f in functions}
    long = {function: lines for function, lines in sizes.items() if lines > FUNCTION}
    assert not long, f"{name}: at most {FUNCTION} lines a function"


def test_main_is_the_only_script_directly_in_pages() -> None:
    """Streamlit would take any other for a page of its own, without the frame and the right menu."""
    assert [path.name for path in ROOT.glob("pages/*.py")] == ["main.py"]
