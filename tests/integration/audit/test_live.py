"""The auditor beside running services: what is on its way is never mistaken for what is lost, and strangers are named.

One clinic for all, in the order of the file: what the last tests put into Kafka stays there.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer

from operations.auditing.findings import Verdict
from operations.player.browser import Browser
from shared.ids import uuid7
from shared.messaging.record_batch import partition_of
from tests.faults.clinic import Clinic, ask, running_clinic, scheduled

TOPIC = "consultation-requested"
OTHERS = "notifications: each event was handled once"


@pytest.fixture(scope="module")
async def clinic(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Clinic]:
    async with running_clinic(tmp_path_factory.mktemp("clinic") / "home") as clinic:
        yield clinic


@pytest.fixture
async def visitor(clinic: Clinic) -> AsyncIterator[Browser]:
    async with Browser(clinic.addresses.public_url) as browser:
        yield browser


async def test_in_the_middle_of_work_nothing_is_called_lost(clinic, visitor):
    asking = asyncio.gather(*(ask(visitor) for _ in range(30)))
    looks = [await clinic.audit(within=0) for _ in range(5)]
    await asking

    for findings in looks:
        assert findings.violated <= {"I10"}, findings
    assert not (await clinic.audit()).violated


async def test_what_a_stopped_service_has_not_heard_is_not_yet_and_not_violated(clinic, visitor):
    async with clinic.without("notifications"):
        await scheduled(visitor, await ask(visitor))

        findings = await clinic.audit(within=1)

        assert findings.violated == {"I10"}, findings
        assert findings.drained_after is None
        (hearing,) = (one for one in findings.findings if one.words.startswith(OTHERS))
        assert hearing.verdict is Verdict.NOT_YET
        assert findings.verdict("I6") is Verdict.NOT_YET

    findings = await clinic.audit()
    assert findings.drained_after is not None
    assert not findings.violated, findings


async def test_a_record_that_came_again_is_told_and_not_held_against_anybody(clinic):
    said = await somebodys_request(clinic)

    await put(clinic, said)

    findings = await clinic.audit()
    assert not findings.violated, findings
    assert any(one.remark.endswith("stand there more than once") for one in findings.of("I3"))


async def test_a_request_that_nobody_sent_is_named_and_so_is_nothing_else(clinic):
    said = await somebodys_request(clinic)
    request_id = str(uuid7())
    headers = said["headers"] | {"ce_id": str(uuid7()), "ce_subject": request_id}
    body = json.loads(said["body"]) | {"request_id": request_id, "reference": "TSC-NBDY22"}

    place = await put(clinic, said | {"headers": headers, "body": json.dumps(body).encode()})

    findings = await clinic.audit()
    (broken,) = findings.broken()
    assert broken.words.startswith("everything in Kafka was said by an outbox")
    assert broken.examples == (place,)


async def test_a_record_with_other_words_than_its_outbox_row_is_named(clinic):
    said = await somebodys_request(clinic)

    place = await put(clinic, said | {"body": said["body"] + b" "})

    findings = await clinic.audit()
    (broken,) = (
        one for one in findings.broken() if one.words.startswith("everything in Kafka has the key and the words")
    )
    assert broken.examples == (place,)


async def test_a_key_on_two_partitions_is_named(clinic):
    said = await somebodys_request(clinic)

    await put(clinic, said, partition=(said["partition"] + 1) % 12)

    findings = await clinic.audit()
    (broken,) = (one for one in findings.broken() if one.words.startswith("a key keeps to one partition"))
    assert broken.examples == (f"{TOPIC} {said['key']}",)


async def somebodys_request(clinic: Clinic) -> dict[str, Any]:
    (row,) = await clinic.rows(
        """select key, headers, body, "partition" from intake.outbox_sent where topic = $1
            order by seq limit 1""",
        TOPIC,
    )
    assert row["partition"] == partition_of(row["key"], 12)
    return dict(row) | {"headers": json.loads(row["headers"])}


async def put(clinic: Clinic, record: dict[str, Any], partition: int | None = None) -> str:
    """Puts it into Kafka as if an outbox had said it, and answers where it stands."""
    async with AIOKafkaProducer(bootstrap_servers=clinic.broker.bootstrap, enable_idempotence=False) as producer:
        stands = await producer.send_and_wait(
            TOPIC,
            record["body"],
            key=record["key"].encode(),
            headers=[(name, value.encode()) for name, value in record["headers"].items()],
            partition=record["partition"] if partition is None else partition,
        )
    return f"{TOPIC}[{stands.partition}] @ {stands.offset}"
