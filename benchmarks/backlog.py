"""Many events that wait in an outbox, made by one statement from one of them."""

import json
from datetime import UTC, datetime

import asyncpg

from benchmarks.system import Place
from shared.events.base import PatientEvent
from shared.ids import uuid7
from shared.messaging.cause import Cause
from shared.messaging.envelope import seal


class Thing:
    """What an event is about."""

    def __init__(self) -> None:
        self.id, self.version = uuid7(), 1


async def fill_outbox(place: Place, service: str, event: PatientEvent, of: Thing, count: int) -> None:
    """So many events of as many things and patients, each like this one but for its ids."""
    sent = seal(event, of=of, service=service, now=datetime.now(UTC), cause=Cause.new())
    admin = await asyncpg.connect(place.dsn())
    await admin.execute(
        f"""
        insert into {service}.outbox_waiting (event_id, recorded_at, lane, topic, key, headers, body)
        select id, now(), n % 64, $2, $3 || '/' || patient,
               replace(replace($4, $5, id::text), $6, thing::text),
               convert_to(replace(replace($7, $8, patient::text), $6, thing::text), 'UTF8')
          from (select n, gen_random_uuid() as id, gen_random_uuid() as patient, gen_random_uuid() as thing
                  from generate_series(1, $1::integer) as n) as made
        """,
        count,
        sent.topic,
        str(event.clinic_id),
        json.dumps(sent.headers),
        str(sent.id),
        str(of.id),
        sent.body.decode(),
        str(event.patient_id),
        timeout=1800,
    )
    await admin.close()
