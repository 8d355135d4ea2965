"""The whole process on a broker: what is planned goes by itself, and a stop is clean."""

import asyncio
from datetime import timedelta

from operations.embedded.mail_sink import MailSink
from services.notifications.app import build
from shared.clock import SystemClock
from tests.conftest import BrokerAt
from tests.integration.notifications.conftest import Office


async def test_a_commit_wakes_the_sender(office: Office, broker: BrokerAt) -> None:
    arrived = asyncio.Event()
    sink = MailSink(arrived=arrived.set)
    await sink.start()
    settings = office.place.settings.model_copy(
        update={"kafka_bootstrap_servers": [broker.bootstrap], "kafka_broker_kind": broker.kind}
    )
    settings = settings.model_copy(update={"smtp_url": type(settings.smtp_url)(sink.smtp_url)})
    clock = SystemClock()
    office.clock.advance(clock.now() - office.clock.now())
    app = build(settings)

    async with app.router.lifespan_context(app):
        journey = await office.journey()
        await office.hear(journey.requested(), journey.session_completed())
        async with office.database.transaction() as tx:
            await tx.execute("update message set expires_at = $1", clock.now() + timedelta(hours=1))
            await tx.execute("update message set state = 'planned', reason = null where kind = 'after-care'")
            tx.changed("outgoing")
        async with asyncio.timeout(60):
            await arrived.wait()

    await sink.stop()
    assert [mail.subject for mail in sink.messages] == ["After your visit, Tern Street Clinic"]


async def test_a_service_that_stops_gives_back_what_it_had_not_begun(office: Office) -> None:
    for _ in range(16):
        journey = await office.journey()
        office.stands(journey)
        await office.hear(journey.requested(), journey.scheduled())
    begun, told_to_stop = asyncio.Event(), asyncio.Event()
    ask = office.scheduling.standing

    async def slow(appointment_id: object) -> object:
        begun.set()
        await told_to_stop.wait()
        return await ask(appointment_id)

    office.scheduling.standing = slow
    working = asyncio.create_task(office.sender.work())
    await begun.wait()
    working.cancel()
    told_to_stop.set()
    await asyncio.gather(working, return_exceptions=True)

    rows = await office.fetch(
        "select state, count(*) as n from message where kind <> 'request-received' group by state"
    )
    states = {row["state"]: row["n"] for row in rows}
    assert set(states) == {"sent", "retrying"}
    assert states["sent"] == len(office.sink.messages) < 16
