"""Only what is on the list gets into a log line."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import structlog

from shared.observe.logs import ALLOWED, configure_logs

ROOT = Path(__file__).parents[3]
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}


def _logged_keys(source: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(source.read_text())):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr in LEVELS and ast.unparse(node.func.value) == "log":
            yield from (keyword.arg for keyword in node.keywords if keyword.arg)


def test_whatever_our_code_logs_is_on_the_list_or_would_be_lost_in_silence():
    lost = {
        f"{source.relative_to(ROOT)}: {key}"
        for folder in ("shared", "services", "operations")
        for source in (ROOT / folder).rglob("*.py")
        for key in _logged_keys(source)
        if key not in ALLOWED | {"exc_info"}
    }

    assert not lost


def test_a_key_that_is_not_on_the_list_is_dropped_and_an_error_loses_its_words(capsys):
    configure_logs("intake")
    try:
        try:
            raise ValueError("Delphine Arkwright, born 1980")
        except ValueError:
            structlog.get_logger().exception("reaction_failed", topic="risk-raised", patient_name="Delphine Arkwright")
    finally:
        structlog.reset_defaults()
        structlog.contextvars.clear_contextvars()

    line = capsys.readouterr().out.strip()
    assert "Delphine" not in line
    said = json.loads(line)
    assert said["event"] == "reaction_failed"
    assert said["topic"] == "risk-raised"
    assert said["failure"] == "ValueError"
    assert said["service"] == "intake"
