"""Ports of this machine for a test's servers: nobody else is given one between the choice of it and its server's start."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from operations.embedded.held_port import HeldPort


@contextmanager
def held_ports(count: int) -> Iterator[list[int]]:
    """Different ones. Whoever calls one on which no server listens is refused."""
    with ExitStack() as held:
        ports = [HeldPort() for _ in range(count)]
        for port in ports:
            held.callback(port.release)
        yield [port.number for port in ports]
