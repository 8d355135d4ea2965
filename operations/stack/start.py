"""The order in which the demo comes up: servers side by side, what they must hold, services, the door."""

import json
import os
import sys
import time
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr
from rich.console import Console

from operations.embedded.broker import embedded_broker
from operations.embedded.postgres import EmbeddedPostgres
from operations.front_door import front_door
from operations.stack.demo_secrets import DemoSecrets, demo_secrets
from operations.stack.environment import Addresses, job_environment, service_environment
from operations.stack.home import Home, Running
from operations.stack.parts import CHAIRSIDE, Part, ProcessPart, http_answers, run_job
from operations.stack.ports import chosen_port, free_ports
from operations.stack.process_record import ProcessRecord
from operations.stack.replicas import replica_names, replica_ports, service_part
from operations.stack.supervisor import Supervisor
from shared.database.roles import SERVICES
from shared.messaging.broker_kinds import broker_kind
from shared.settings import FurtherClinic, Settings

USUAL_DOOR_PORT, USUAL_MAIL_PORT = 8080, 8025
DEMO_STAFF_EMAIL = "rita.imura@ternstreet.example"
DEMO_STAFF_PASSWORD = "tern-street-trial"  # noqa: S105 - known to everybody, and refused by production


@dataclass(frozen=True)
class Stack:
    """What came up."""

    running: Running
    embedded: list[str]
    shortfalls: tuple[str, ...]


async def start_stack(
    home: Home,
    port: int | None,
    supervisor: Supervisor,
    record: ProcessRecord,
    console: Console,
    *,
    replicas: int,
    demo_clinic: bool,
) -> Stack:
    """Everything ready on return; parts that were started are the supervisor's to stop, also when this fails."""
    door_port = chosen_port(port, USUAL_DOOR_PORT)
    secrets = demo_secrets(home.secrets)
    steps = Steps(console)

    postgres = EmbeddedPostgres(home.postgres) if not os.environ.get("DATABASE_URL") else None
    broker = embedded_broker(home.broker) if not os.environ.get("KAFKA_BOOTSTRAP_SERVERS") else None
    mail = _mail_sink(home, f"http://127.0.0.1:{door_port}", record)
    servers: dict[str, Part] = {"mail sink": mail}
    if postgres:
        servers["PostgreSQL"] = postgres
    if broker:
        servers["broker"] = broker
    await steps.take(", ".join(sorted(servers, key=str.lower)), supervisor.add(servers))

    mail_ports = json.loads(_announced(home).read_text())
    kind = broker.kind if broker else broker_kind(os.environ.get("KAFKA_BROKER_KIND", "kafka"))
    addresses = Addresses(
        admin_dsn=postgres.dsn() if postgres else os.environ["DATABASE_URL"],
        bootstrap=broker.bootstrap if broker else os.environ["KAFKA_BOOTSTRAP_SERVERS"],
        broker_kind=kind,
        smtp_port=mail_ports["smtp"],
        door_port=door_port,
        service_ports=replica_ports(replicas),
    )
    staff_password = os.environ.get("DEMO_STAFF_PASSWORD", DEMO_STAFF_PASSWORD)

    prepared = "tables, topics, demo clinic" if demo_clinic else "tables, topics"
    environment = job_environment(addresses, secrets) | ({"DEMO_STAFF_PASSWORD": staff_password} if demo_clinic else {})
    preparing = run_job("prepare", [*CHAIRSIDE, "prepare"], log=home.logs / "prepare.log", environment=environment)
    await steps.take(prepared, preparing)

    doors = _doors(home, addresses, record)
    await steps.take(", ".join(SERVICES), supervisor.add(_services(home, addresses, secrets, record)))
    await steps.take(", ".join(doors), supervisor.add(doors))

    running = _running(addresses, mail_ports["page"], staff_password if demo_clinic else None)
    embedded = [*(["PostgreSQL 18"] if postgres else []), *([kind.title] if broker else []), "mail sink"]
    return Stack(running, embedded, kind.shortfalls() if broker else ())


def _doors(home: Home, addresses: Addresses, record: ProcessRecord) -> dict[str, Part]:
    """One for each clinic, by its name: what a door says by itself while the services are away names its clinic."""
    doors: dict[str, Part] = {"front door": front_door(home, addresses.door_port, addresses.service_ports, record)}
    for clinic in _further_clinics(addresses):
        port = urlsplit(clinic.public_url).port or 80
        doors[f"front door of {clinic.name}"] = front_door(home, port, addresses.service_ports, record, clinic)
    return doors


def _further_clinics(addresses: Addresses) -> list[FurtherClinic]:
    """As MORE_CLINICS of this process describes them."""
    settings = Settings(
        environment="demo", database_url=SecretStr(addresses.admin_dsn), public_url=addresses.public_url
    )
    return settings.more_clinics or []


def _services(home: Home, addresses: Addresses, secrets: DemoSecrets, record: ProcessRecord) -> dict[str, Part]:
    """Every replica, by its name."""
    return {
        name: service_part(
            home, name, service, service_environment(service, addresses, secrets, replica=replica), record
        )
        for name, (service, replica) in replica_names(addresses).items()
    }


def _running(addresses: Addresses, mail_page_port: int, staff_password: str | None) -> Running:
    """What is written down of it. `staff_password` is None where there is no demo clinic to sign in to."""
    return Running(
        pid=os.getpid(),
        url=addresses.public_url,
        mail_url=f"http://127.0.0.1:{mail_page_port}",
        staff_email="" if staff_password is None else DEMO_STAFF_EMAIL,
        staff_password=staff_password or "",
        admin_dsn=addresses.admin_dsn,
        bootstrap=addresses.bootstrap,
        broker_kind=addresses.broker_kind.name,
        services={service: addresses.service_url(service).split(",") for service in SERVICES},
    )


class Steps:
    """Says what is being done, and how long it took."""

    def __init__(self, console: Console) -> None:
        self._console = console

    async def take(self, name: str, doing: Awaitable[object]) -> None:
        begin = time.monotonic()
        with self._console.status(name):
            await doing
        self._console.print(f"[green]✓[/] {name} [dim]{time.monotonic() - begin:.1f} s[/]")


def _announced(home: Home) -> Path:
    return home.folder / "mail-ports.json"


def _mail_sink(home: Home, door: str, record: ProcessRecord) -> ProcessPart:
    """Its SMTP port must outlive its own death: the services have been told it."""
    announced = _announced(home)
    smtp_port, page_port = free_ports(1)[0], chosen_port(None, USUAL_MAIL_PORT)

    async def ready(pid: int) -> bool:
        with suppress(OSError, ValueError):
            said = json.loads(announced.read_text())
            return said["pid"] == pid and await http_answers(said["page"], "/api/messages")
        return False

    ports = ["--smtp-port", str(smtp_port), "--page-port", str(page_port)]
    places = ["--folder", str(home.mail), "--announce", str(announced), "--front-door", door]
    return ProcessPart(
        "mail sink",
        [sys.executable, "-m", "operations.embedded.mail_server", *ports, *places],
        log=home.logs / "mail.log",
        ready=ready,
        record=record,
        stop_bound=5.0,
    )
