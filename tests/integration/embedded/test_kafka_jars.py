"""Apache Kafka from its jars, one node or three: starts, is killed, resumes on the same ports with what was acknowledged."""

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from operations.embedded import kafka_programs
from operations.embedded.errors import MissingPartError
from operations.embedded.kafka_jars import KafkaFromJars


@pytest.mark.kafka
async def test_what_was_acknowledged_survives_a_kill(tmp_path):
    async with KafkaFromJars(tmp_path) as kafka:
        address = kafka.bootstrap
        admin = AIOKafkaAdminClient(bootstrap_servers=address)
        await admin.start()
        await admin.create_topics([NewTopic("kept", 1, 1)])
        await admin.close()
        assert (await sent(address)).offset == 0
        kafka.kill()
        await kafka.start()
        assert kafka.bootstrap == address
        assert (await sent(address)).offset == 1


@pytest.mark.kafka
async def test_three_brokers_go_on_when_any_of_them_is_killed(tmp_path):
    async with KafkaFromJars(tmp_path, brokers=3) as kafka:
        admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap)
        await admin.start()
        await admin.create_topics([NewTopic("kept", 1, kafka.copies)])
        await admin.close()
        for offset, node in enumerate(kafka.nodes):
            node.kill()
            assert (await sent(kafka.bootstrap)).offset == offset
            await kafka.start_node(node)


async def sent(bootstrap):
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True)
    await producer.start()
    try:
        return await producer.send_and_wait("kept", b"x")
    finally:
        await producer.stop()


async def test_without_java_it_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(MissingPartError, match=r"Java 17 or newer.*KAFKA_BOOTSTRAP_SERVERS"):
        await KafkaFromJars(tmp_path).start()


def test_without_maven_it_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CHAIRSIDE_CACHE", str(tmp_path / "cache"))
    with pytest.raises(MissingPartError, match=r"Maven.*KAFKA_BOOTSTRAP_SERVERS"):
        kafka_programs.fetch_jars()
