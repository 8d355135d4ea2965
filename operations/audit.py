"""`chairside audit`: do the three services, Kafka and the mail server agree, down to the last event?"""

import asyncio
import json
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from operations.auditing.audit import audit as look
from operations.auditing.findings import INVARIANTS, Findings, Verdict
from operations.auditing.receipts import shown_at
from operations.auditing.system import CannotLook, System
from operations.place import NothingRuns, operated_settings
from operations.stack.home import home_folder

COLOURS = {Verdict.KEPT: "green", Verdict.VIOLATED: "red", Verdict.NOT_YET: "yellow", Verdict.UNCHECKED: "yellow"}
COULD_NOT_LOOK = 2


def audit(
    within: Annotated[
        float, typer.Option(help="Seconds that what is on its way may take until nothing waits", min=0)
    ] = 30,
    ledger: Annotated[
        Path | None,
        typer.Option(help="What clients know of their commands, as a load generator writes it", exists=True),
    ] = None,
    mail_url: Annotated[
        str | None, typer.Option(help="Where the e-mails of a trial can be read: mail sink or MailDev")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table")] = False,
) -> None:
    """Check that nothing was lost, doubled or misordered. Changes nothing.

    Exit status: 0 every promise was looked at and kept, 1 not so, 2 something could not be reached.
    """
    try:
        findings = asyncio.run(look(_system(mail_url), within=within, ledger_file=ledger))
    except CannotLook as why:
        typer.echo(f"The audit could not look: {why}", err=True)
        raise typer.Exit(COULD_NOT_LOOK) from None
    if as_json:
        typer.echo(json.dumps(findings.plain(), indent=2))
    else:
        _print(findings, Console())
    raise typer.Exit(0 if findings.kept else 1)


def _system(mail_url: str | None) -> System:
    """From the environment, or the `chairside up` that runs here. Raises CannotLook."""
    try:
        settings = operated_settings()
    except NothingRuns as why:
        raise CannotLook(str(why)) from None
    if mail_url is None and "DATABASE_URL" not in os.environ and (running := home_folder(None).running()):
        mail_url = running.mail_url
    return System(settings, shown_at(mail_url) if mail_url else None)


def _print(findings: Findings, console: Console) -> None:
    table = Table("", "what must hold", "checked", "violated", "", "for example", show_edge=False, pad_edge=False)
    for name, words in INVARIANTS.items():
        table.add_section()
        table.add_row(f"[bold]{name}[/]", f"[bold]{words}[/]", "", "", _coloured(findings.verdict(name)), "")
        for one in findings.of(name):
            table.add_row(
                "",
                one.words,
                f"{one.checked:,}",
                f"{one.violated:,}" if one.violated else "",
                _coloured(one.verdict) if one.verdict is not Verdict.KEPT else "",
                "\n".join(filter(None, (one.remark, f"{one.not_yet:,} not yet" if one.not_yet else "", *one.examples))),
            )
    console.print(table)
    console.print()
    if findings.drained_after is None:
        console.print("[red]Something still waits[/], so some of this is not decided yet.")
    else:
        console.print(f"Nothing waited after {findings.drained_after:.1f} s.")
    if findings.violated:
        console.print(f"[red]Violated: {', '.join(sorted(findings.violated))}.[/]")
    if findings.unchecked:
        console.print(f"[yellow]Nothing to check for {', '.join(sorted(findings.unchecked))}: not shown to hold.[/]")
    if findings.kept:
        console.print("[green]All promises kept.[/]")


def _coloured(verdict: Verdict) -> str:
    return f"[{COLOURS[verdict]}]{verdict}[/]"
