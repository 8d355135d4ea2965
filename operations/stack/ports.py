"""Ports on this machine, and whether the program behind one is ours."""

import socket
from contextlib import ExitStack

import psutil

from operations.embedded.errors import EmbeddedError

TRIES = 10


def is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def chosen_port(asked: int | None, usual: int) -> int:
    """The port asked for, or else the usual one or the next that is free.

    Raises EmbeddedError when the one asked for is taken.
    """
    if asked is not None:
        if not is_free(asked):
            raise EmbeddedError(
                f"port {asked} is taken by another program: choose another with --port, or end that program"
            )
        return asked
    for port in range(usual, usual + TRIES):
        if is_free(port):
            return port
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """Different ports the kernel hands out. Somebody else may still be faster: see `listens`."""
    with ExitStack() as held:
        listeners = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [listener.getsockname()[1] for listener in listeners]


def listens(pid: int, port: int) -> bool:
    """Whether this very process listens on the port, and not a stranger who took it."""
    try:
        found = psutil.Process(pid).net_connections("tcp")
    except psutil.Error:
        return False
    return any(each.status == psutil.CONN_LISTEN and each.laddr[1] == port for each in found)
