"""Logs as JSON lines. Only keys on the list get out, so that a new call cannot leak a person by accident."""

import logging
import sys
from collections import defaultdict
from collections.abc import MutableMapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

import structlog

ALLOWED = frozenset(
    {
        *("event", "level", "timestamp", "logger", "service", "reference_id"),
        *("topic", "partition", "offset", "group", "handler", "event_id", "correlation_id", "log_epoch"),
        *("timer", "failure", "sqlstate", "tries", "count", "lane", "lanes", "seconds", "where", "state", "reason"),
        *(
            "kind",
            "message_id",
            "dead_letter_id",
            "repair_id",
            "method",
            "route",
            "status",
            "operator",
            "version",
            "port",
        ),
    }
)
"""Identifiers of things, codes, counts and times. Never text that a person typed, nor an error's own words."""


def only_allowed(_: Any, __: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drops every key that is not on the list. An exception keeps its class and where it was raised, not its text."""
    exception = fields.pop("exc_info", None)
    if exception is True:
        exception = sys.exc_info()
    error = exception[1] if isinstance(exception, tuple) else exception
    if isinstance(error, BaseException):
        fields.setdefault("failure", type(error).__name__)
        fields["where"] = _places(error)
    return {name: value for name, value in fields.items() if name in ALLOWED}


def _places(error: BaseException) -> list[str]:
    places: list[str] = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 2)[-1]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places[-8:]


REPEAT = 10.0
"""Seconds in which a library says the same thing once."""


@dataclass(slots=True)
class _Line:
    """Something that a library says: when it may be said again, and how often it was not meanwhile."""

    silent_until: float = 0.0
    unsaid: int = 0


class _Forward(logging.Handler):
    """Library logs: their name and level, never their text, unless it is a warning of a kind we know to be clean.

    A client whose broker is away says the same many times a second, for as long as that lasts; it gets one line in REPEAT
    seconds, with how often it was said since the last.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lines: defaultdict[tuple[str, str, str | None], _Line] = defaultdict(_Line)

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        where, failure = f"{record.filename}:{record.lineno}", type(error).__name__ if error else None
        line, now = self._lines[record.name, where, failure], monotonic()
        if now < line.silent_until:
            line.unsaid += 1
            return
        count, line.unsaid, line.silent_until = line.unsaid + 1, 0, now + REPEAT
        structlog.get_logger().log(
            record.levelno, "library_log", logger=record.name, where=where, failure=failure, count=count
        )


def configure_logs(service: str) -> None:
    """Called once, when a process begins."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_allowed,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
    root = logging.getLogger()
    root.handlers = [_Forward()]
    root.setLevel(logging.WARNING)
