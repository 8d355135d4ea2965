"""Everything said has its effect once, and in its order, whatever is restarted or lost on the way."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from shared.messaging import broker as broker_clients
from shared.messaging import consumer as consumer_module
from shared.messaging import relay as relay_module
from shared.messaging import relay_session
from tests.conftest import BrokerAt
from tests.contracts.messaging.both_ends import both_ends, broker_of_its_own, keep_copy, put_back
from tests.contracts.messaging.told import Told

PATIENCE = 60.0


@pytest.mark.parametrize("batch", [True, False])
async def test_the_events_of_a_key_keep_their_order_while_both_ends_are_restarted(scratch, broker, batch):
    async with both_ends(await scratch("intake"), broker) as here:
        told = Told(here)
        for _ in range(4):
            relay, consumer = await here.relay(), await here.listen(batch=batch, member="only")
            await told.go_on()
            here.saying.relays.remove(relay)
            await relay.stop()
            await told.go_on()
            await here.hearing.stop(consumer)
        await here.relay()
        await here.listen(batch=batch, member="only")

        await told.all_heard()

        assert await here.hearing.in_order() == told.in_order
        assert await here.hearing.dead() == []


@pytest.mark.parametrize("batch", [True, False])
@pytest.mark.parametrize("crash", [False, True], ids=["stopped", "killed"])
async def test_a_restart_of_the_broker_costs_no_effect_and_no_order(scratch, broker, crash, batch):
    async with broker_of_its_own(broker.kind) as own, both_ends(await scratch("intake"), _at(own)) as here:
        told = Told(here)
        await here.relay()
        await here.listen(batch=batch)
        for _ in range(2):
            await told.go_on()
            await told.all_heard()
            if crash:
                own.kill()
            else:
                await own.stop()
            await told.go_on()
            await own.start()
            await told.go_on()

        await told.all_heard()

        assert await here.hearing.in_order() == told.in_order
        assert await here.hearing.dead() == []


@pytest.mark.kafka  # the embedded one would take as long again, and is for demonstrations
async def test_a_broker_that_falls_silent_keeps_nobody_who_wants_to_stop_and_costs_nothing(
    scratch, broker, monkeypatch
):
    """Connections stay open and hold every byte, as on a network whose packets are lost."""
    monkeypatch.setattr(broker_clients, "REQUEST_TIMEOUT_MS", 2000)
    for module in (consumer_module, relay_module):
        monkeypatch.setattr(module, "STOP_TIMEOUT", 2.0)
    async with broker_of_its_own(broker.kind) as own, both_ends(await scratch("intake"), _at(own)) as here:
        told = Told(here)
        relay, consumer = await here.relay(), await here.listen(member="only")
        await told.go_on()
        await told.all_heard()

        os.kill(own.pid, signal.SIGSTOP)
        try:
            await told.go_on()
            here.saying.relays.remove(relay)
            async with asyncio.timeout(PATIENCE):
                await asyncio.gather(relay.stop(), here.hearing.stop(consumer))
            await here.relay()
            await here.listen(member="only")
            await told.go_on()
        finally:
            os.kill(own.pid, signal.SIGCONT)

        await told.all_heard()

        assert await here.hearing.in_order() == told.in_order
        assert await here.hearing.dead() == []


@pytest.mark.parametrize("heard_before", [True, False])
@pytest.mark.parametrize("tail", [False, True], ids=["everything", "its tail"])
async def test_a_log_that_lost_events_is_filled_again_and_each_has_one_effect(
    scratch, broker, tmp_path: Path, monkeypatch, tail, heard_before
):
    monkeypatch.setattr(relay_session, "LOG_LOOK", 1.0)
    async with broker_of_its_own(broker.kind) as own, both_ends(await scratch("intake"), _at(own)) as here:
        told, copy = Told(here), tmp_path / "copy"
        await here.relay()
        if heard_before:
            await here.listen()
        await told.go_on()
        await here.saying.all_sent()
        await own.stop()
        if tail:
            keep_copy(own, copy)
        await own.start()
        await told.go_on()
        await (told.all_heard if heard_before else here.saying.all_sent)()

        await own.stop()
        put_back(own, copy if tail else None)
        await own.start()
        if not heard_before:
            await here.listen()
        await told.go_on()
        await told.all_heard()

        effects = await here.hearing.in_order()
        assert {patient: sorted(numbers) for patient, numbers in effects.items()} == told.in_order
        if heard_before:  # else what was said last may have been sent before the loss was noticed, and stands first
            assert effects == told.in_order
        assert await here.hearing.dead() == []


def _at(own) -> BrokerAt:
    return BrokerAt(own.bootstrap, own.kind.name)
