"""Each import rule of pyproject.toml holds, and is seen to fail when one import breaks it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

LAYERS = "pages draw, variants compute"
PAGES = "pages do not import each other"
COMPUTATION = "pages hold no computation"
STREAMLIT = "the library knows nothing of Streamlit"
VARIANTS = "each variant can be read, and removed, alone"
PLOTLY = "figures are drawn in one place"
BERTVIZ = "bertviz is embedded in one place"

# (the rule, the file that breaks it, the import that does)
BREACHES = [
    (LAYERS, "variants/intruder.py", "import pages.ui.intruded"),
    (LAYERS, "variants/core/intruder.py", "import pages.ui.intruded"),
    (LAYERS, "pages/ui/intruder.py", "import pages.guide.intruded"),
    (PAGES, "pages/guide/intruder.py", "import pages.variants.intruded"),
    (PAGES, "pages/variants/intruder.py", "import pages.guide.intruded"),
    (PAGES, "pages/guide/intruder.py", "import pages.guide.intruded"),
    (PAGES, "pages/variants/intruder.py", "import pages.variants.intruded"),
    (COMPUTATION, "pages/guide/intruder.py", "import numpy"),
    (COMPUTATION, "pages/variants/intruder.py", "from torch import nn"),
    (COMPUTATION, "pages/ui/intruder.py", "import transformers"),
    (STREAMLIT, "variants/intruder.py", "import streamlit"),
    (STREAMLIT, "variants/core/intruder.py", "from streamlit import cache_data"),
    (VARIANTS, "variants/intruder.py", "import variants.intruded"),
    (VARIANTS, "variants/intruder/model.py", "from variants.intruded import anything"),
    (VARIANTS, "variants/core/intruder.py", "import variants.intruded"),
    (VARIANTS, "variants/intruder.py", "import variants.__main__"),
    (PLOTLY, "variants/core/intruder.py", "import plotly.graph_objects"),
    (PLOTLY, "pages/ui/intruder.py", "import plotly"),
    (BERTVIZ, "pages/ui/intruder.py", "import bertviz"),
]
INTRUDED = [
    "variants/intruded.py",
    "pages/ui/intruded.py",
    "pages/guide/intruded.py",
    "pages/variants/intruded.py",
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for folder in ("variants", "pages"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def broken_rules(tree: Path) -> list[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]
    run = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    broken = [line.split(" BROKEN")[0] for line in run.stdout.splitlines() if " BROKEN" in line]
    assert "Contracts:" in run.stdout and bool(run.returncode) == bool(broken), run.stdout
    return broken


def write(path: Path, code: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(code + "\n", encoding="utf-8")
    if path.parent.name == "intruder":
        (path.parent / "__init__.py").touch()


def test_every_rule_holds(tree: Path) -> None:
    assert broken_rules(tree) == []


@pytest.mark.parametrize(("rule", "path", "code"), BREACHES, ids=lambda value: str(value))
def test_a_broken_rule_is_found(tree: Path, rule: str, path: str, code: str) -> None:
    for intruded in INTRUDED:
        write(tree / intruded, "anything = 1")
    write(tree / path, code)
    assert broken_rules(tree) == [rule]


def test_every_rule_is_seen_to_fail() -> None:
    config = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    named = {line.split('"')[1] for line in config.splitlines() if line.startswith('name = "')}
    assert named == {rule for rule, _, _ in BREACHES}
