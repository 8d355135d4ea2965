"""`chairside`: one command for whoever runs the product. Each subcommand is a module, loaded when it is asked for.

A service that starts must not import what only the demo needs, and an image without the embedded parts still has the
rest. A module that is not installed is not offered.
"""

import importlib
import importlib.util
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import typer

from operations.loading import loading


@dataclass(frozen=True)
class Place:
    """Where a subcommand is: a function of that name in its module, or a group of commands called `app`."""

    module: str
    name: str
    help: str


COMMANDS = {
    "up": Place("operations.up", "up", "Start everything on this machine, with embedded parts and a demo clinic."),
    "demo": Place("operations.demo", "demo", "Play a patient's and a clinic's day through a running system."),
    "serve": Place("operations.serve", "serve", "Run one service: intake, scheduling or notifications."),
    "migrate": Place("operations.migrate", "migrate", "Prepare databases and roles, and run all migrations."),
    "topics": Place("operations.topics", "topics", "Create the Kafka topics with their stated partitions."),
    "seed": Place("operations.seed", "seed", "Put the demo clinic and its staff in place."),
    "prepare": Place("operations.prepare", "prepare", "All three at once, for a demo: migrate, topics, seed."),
    "calendar": Place("operations.first_calendar", "calendar", "Begin a new clinic's calendar."),
    "staff": Place("operations.staff", "app", "Invite staff."),
    "trace": Place("operations.trace", "trace", "Tell what happened to one request, across the services."),
    "audit": Place("operations.audit", "audit", "Check that nothing was lost, doubled or misordered."),
    "doctor": Place("operations.doctor", "doctor", "Say in words whether everything is well, and what to do if not."),
    "dead-letters": Place("operations.dead_letters", "app", "List, show and redrive events that could not be handled."),
    "replay": Place("operations.replay", "replay", "Let a service hear its topics again from some point on."),
    "outbox": Place("operations.outbox", "app", "List, release and set aside events that cannot be sent."),
    "health": Place("operations.health", "health", "Ask the service beside whether it is well."),
}


def build(asked: str | None, commands: dict[str, Place] = COMMANDS) -> typer.Typer:
    """The command line: the subcommand `asked` for is real, the others are names and sentences for the help."""
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,  # it would print the values of variables, secrets among them
        help="Chairside: from the request for a consultation to the last infusion.",
    )
    app.callback()(lambda: None)
    for name, place in commands.items():
        if importlib.util.find_spec(place.module) is None:
            continue
        if name != asked:
            app.command(name, help=place.help)(lambda: None)
            continue
        with loading():
            found = getattr(importlib.import_module(place.module), place.name)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name, help=place.help)
        else:
            app.command(name)(found)
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    words = list(sys.argv[1:] if arguments is None else arguments)
    build(words[0] if words else None)(words, prog_name="chairside")


if __name__ == "__main__":
    main()
