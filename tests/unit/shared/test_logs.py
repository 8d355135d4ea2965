"""Only what is on the list gets into a log line."""

import json

import structlog

from shared.observe.logs import configure_logs


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
