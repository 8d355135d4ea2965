"""What the pages for people name is there: tests that show a promise, files, and the pages they lead to."""

import re
from pathlib import Path

import pytest

from operations.documents import ROOT

pytestmark = pytest.mark.documents
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "docs" / "decisions").glob("*.md")])
TESTS = sorted((ROOT / "tests").rglob("*.py"))
NAMED = {path.name for path in TESTS}
NAMED |= {name for path in TESTS for name in re.findall(r"def (test_\w+)", path.read_text(encoding="utf-8"))}
FOLDERS = "tests|services|shared|operations|docs|benchmarks|deploy"
LINK = re.compile(r"\[[^\]`]+\]\((?!https?:|#|mailto:)([^)#\s]+\.\w+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_is_there(page: Path):
    text = page.read_text(encoding="utf-8")
    tests = {
        name for name in re.findall(r"\btest_\w+(?:\.py)?", text) if name not in NAMED and f"{name}.py" not in NAMED
    }
    files = {name for name in re.findall(rf"`((?:{FOLDERS})/[\w./-]+)`", text) if not (ROOT / name).exists()}
    links = {name for name in LINK.findall(text) if not (page.parent / name).exists()}

    assert tests | files | links == set()
