"""A port of this machine that nobody else is given, between the choice of it and every later start of its server."""

import socket


class HeldPort:
    """Handed out by the kernel, and ours until `release`, also while our server is down.

    The socket is bound and does not listen: the kernel gives the port to nobody who asks for just any, for listening or
    for calling out, and a server that names it may still have it, as long as it sets SO_REUSEADDR as all do.
    """

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", 0))
        self.number: int = self._socket.getsockname()[1]

    def release(self) -> None:
        self._socket.close()
