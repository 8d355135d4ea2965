"""Who repairs something, and why: asked by every command that changes what services have kept."""

import getpass
import os
import sys
from typing import Annotated, Any

import structlog
import typer

from shared.observe.logs import only_allowed

Why = Annotated[str, typer.Option("--why", help="In your own words; kept on record with your name, never logged")]
Operator = Annotated[
    str, typer.Option("--operator", help="Your name, where the account that you work under is not yours alone")
]


def answering(operator: str, why: str) -> tuple[str, str]:
    """Both as they are kept. Raises BadParameter when there is no reason."""
    if not why.strip():
        raise typer.BadParameter("say in a few words why this is done", param_hint="--why")
    return operator.strip() or account(), why.strip()


def account() -> str:
    """The account that this command runs under; behind sudo, the one that called it."""
    return os.environ.get("SUDO_USER") or getpass.getuser()


def note(event: str, **facts: Any) -> None:
    """A line of log on stderr, because stdout is the answer. Nothing gets out that is not on the list of the logs."""
    structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_allowed,
            structlog.processors.JSONRenderer(),
        ],
    ).warning(event, **facts)
