"""A port that stays with us while its server is down."""

import socket

import pytest

from operations.embedded.held_port import HeldPort


@pytest.fixture
def port():
    held = HeldPort()
    yield held.number
    held.release()


def listening(port: int) -> socket.socket:
    return socket.create_server(("127.0.0.1", port))


def test_its_server_may_have_it_again_and_again(port):
    for _ in range(3):
        with listening(port) as server, socket.create_connection(("127.0.0.1", port)) as client:
            assert server.accept()[1] == client.getsockname()


def test_nobody_who_asks_for_any_port_is_given_it(port):
    for _ in range(2000):
        with listening(0) as another:
            assert another.getsockname()[1] != port
