"""A service that is told to stop first lets the front door notice."""

import asyncio
import json
import os
import signal
import sys

import httpx
import pytest
from pydantic import SecretStr

from shared.database.roles import SERVICES
from tests.held_ports import held_ports
from tests.integration.notifications.keys import KEYS


def _environment(settings):
    """Everything a test has set, as a service reads it."""
    set_here = {name: getattr(settings, name) for name in settings.model_fields_set}
    return os.environ | {
        name.upper(): value.get_secret_value()
        if isinstance(value, SecretStr)
        else ",".join(value)
        if isinstance(value, list)
        else json.dumps(value)
        if isinstance(value, dict)
        else str(value)
        for name, value in set_here.items()
    }


@pytest.fixture
def port():
    with held_ports(1) as (port,):
        yield port


async def test_a_stopping_service_says_so_and_goes_on_answering(scratch, port):
    believed = {"service_token_public_keys": dict.fromkeys(SERVICES, KEYS["staff_token_public_key"])}
    place = await scratch(
        "intake", **KEYS | believed, listen_port=port, drain_seconds=60, kafka_bootstrap_servers=["127.0.0.1:9"]
    )
    service = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "operations.main", "serve", "intake", env=_environment(place.settings)
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as door:
            await _says(door, 200)
            service.send_signal(signal.SIGTERM)
            await _says(door, 503)

        await asyncio.sleep(1)  # much longer than it takes to end

        async with httpx.AsyncClient(timeout=30) as newcomer:
            assert (await newcomer.get(f"http://127.0.0.1:{port}/")).status_code == 200

        service.send_signal(signal.SIGTERM)  # nobody waits any longer
        await asyncio.wait_for(service.wait(), 60)
    finally:
        if service.returncode is None:
            service.kill()
            await service.wait()


async def _says(door, status):
    """That is what /readyz answers, once it answers."""
    async with asyncio.timeout(60):
        while True:
            try:
                if (await door.get("/readyz")).status_code == status:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)
