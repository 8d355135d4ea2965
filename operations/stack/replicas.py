"""A service as processes: one, or several replicas side by side, each on a port of its own."""

from collections.abc import Callable, Mapping, Sequence

from operations.stack.environment import Addresses
from operations.stack.home import Home
from operations.stack.parts import CHAIRSIDE, ProcessPart, http_answers
from operations.stack.ports import free_ports, listens
from operations.stack.process_record import ProcessRecord
from shared.database.roles import SERVICES


def replica_ports(replicas: int, take: Callable[[int], Sequence[int]] = free_ports) -> dict[str, list[int]]:
    """So many ports for each service, all taken at once."""
    ports = iter(take(replicas * len(SERVICES)))
    return {service: [next(ports) for _ in range(replicas)] for service in SERVICES}


def replica_names(addresses: Addresses) -> dict[str, tuple[str, int]]:
    """The name of every process → its service and which replica it is, counted from 0."""
    return {
        service if len(ports) == 1 else f"{service}-{replica + 1}": (service, replica)
        for service, ports in addresses.service_ports.items()
        for replica in range(len(ports))
    }


def service_part(
    home: Home, name: str, service: str, environment: Mapping[str, str], record: ProcessRecord
) -> ProcessPart:
    """One replica, ready once it may be sent requests. `environment` says which it is."""
    port = int(environment["LISTEN_PORT"])

    async def ready(pid: int) -> bool:
        return listens(pid, port) and await http_answers(port, "/readyz")

    command, log = [*CHAIRSIDE, "serve", service], home.logs / f"{name}.log"
    return ProcessPart(name, command, log=log, environment=environment, ready=ready, record=record)
