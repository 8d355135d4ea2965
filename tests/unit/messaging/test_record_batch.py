"""Where a row goes in Kafka, and what is refused before it gets there."""

import pytest

from shared.messaging.record_batch import Unsendable, partition_of, place_of


@pytest.mark.parametrize(
    ("key", "murmur2"),
    [("21", -973932308), ("foobar", -790332482), ("a-little-bit-long-string", -985981536)],
)
def test_partitions_are_those_of_kafkas_own_clients(key, murmur2):
    """Hashes as Apache Kafka's Java client gives them in its own tests (UtilsTest.testMurmur2)."""
    assert partition_of(key, 12) == (murmur2 & 0x7FFFFFFF) % 12


def test_a_topic_that_nobody_knows_cannot_be_sent_to():
    with pytest.raises(Unsendable, match="topic-unknown"):
        place_of({"seq": 1, "topic": "unheard-of", "key": "k"}, {"said": 12})
