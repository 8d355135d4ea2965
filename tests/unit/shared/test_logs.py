"""Only what is on the list gets into a log line."""

import ast
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from shared.observe import logs
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


@contextmanager
def configured() -> Iterator[None]:
    """As a service's process is, within the block."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    configure_logs("intake")
    try:
        yield
    finally:
        root.handlers, root.level = handlers, level
        structlog.reset_defaults()
        structlog.contextvars.clear_contextvars()


def complain() -> None:
    """What aiokafka says many times a second while its broker is away."""
    logging.getLogger("aiokafka").error("Unable connect to node with id 1: %s", "Delphine Arkwright")


def test_what_a_library_says_again_and_again_is_one_line_in_ten_seconds_that_counts(capsys, monkeypatch):
    with configured():
        for moment in (*range(10), 10):
            monkeypatch.setattr(logs, "monotonic", lambda moment=moment: moment)
            complain()

    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["logger"], first["count"], second["count"]) == ("aiokafka", 1, 10)


def test_another_complaint_is_heard_at_once_and_none_in_its_own_words(capsys):
    with configured():
        complain()
        logging.getLogger("aiokafka").error("Unable to update metadata, said Delphine Arkwright")

    said = capsys.readouterr().out
    assert len(said.splitlines()) == 2
    assert "Delphine" not in said


def test_a_key_that_is_not_on_the_list_is_dropped_and_an_error_loses_its_words(capsys):
    with configured():
        try:
            raise ValueError("Delphine Arkwright, born 1980")
        except ValueError:
            structlog.get_logger().exception("reaction_failed", topic="risk-raised", patient_name="Delphine Arkwright")

    line = capsys.readouterr().out.strip()
    assert "Delphine" not in line
    said = json.loads(line)
    assert said["event"] == "reaction_failed"
    assert said["topic"] == "risk-raised"
    assert said["failure"] == "ValueError"
    assert said["service"] == "intake"
