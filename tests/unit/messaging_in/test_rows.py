"""Whatever bytes arrive, a row comes out: readable, or saying why not."""

import json

import pytest
from aiokafka import ConsumerRecord
from hypothesis import given
from hypothesis import strategies as some

from shared.clock import SystemClock
from shared.events.risk import RiskLevel, RiskRaised, SeenIn
from shared.ids import uuid7
from shared.messaging.cause import Cause
from shared.messaging.envelope import seal
from shared.messaging.rows import read_row


class Risk:
    def __init__(self):
        self.id, self.version = uuid7(), 7


def record(headers, value):
    return ConsumerRecord(
        topic="risk-raised",
        partition=0,
        offset=5,
        timestamp=0,
        timestamp_type=0,
        key=b"k",
        value=value,
        checksum=None,
        serialized_key_size=1,
        serialized_value_size=0,
        headers=tuple(headers),
    )


def good():
    event = RiskRaised(
        clinic_id=uuid7(),
        patient_id=uuid7(),
        risk_id=uuid7(),
        level=RiskLevel.HIGH,
        seen_in=SeenIn.REQUEST,
        raised_at=SystemClock().now(),
    )
    sent = seal(event, of=Risk(), service="intake", now=SystemClock().now(), cause=Cause.new())
    return event, {name: value.encode() for name, value in sent.headers.items()}, sent.body


def test_a_good_record_is_read_whole():
    event, headers, body = good()

    row = read_row(record({**headers, "ce_logepoch": b"3"}.items(), body), RiskRaised)

    assert row.message is not None
    assert row.message.event == event
    assert (row.message.version, row.log_epoch, row.unreadable) == (7, 3, None)


def test_fields_of_a_newer_minor_version_are_ignored():
    _, headers, body = good()

    row = read_row(record(headers.items(), json.dumps({**json.loads(body), "new": 1}).encode()), RiskRaised)

    assert row.message is not None


@given(
    some.lists(some.tuples(some.text(max_size=20), some.none() | some.binary(max_size=30)), max_size=8),
    some.none() | some.binary(max_size=200),
)
def test_no_bytes_are_too_strange(headers, value):
    row = read_row(record(headers, value), RiskRaised)

    assert row.message is None
    assert row.unreadable


@given(some.sampled_from(sorted(good()[1])), some.none() | some.binary(max_size=40))
def test_no_single_broken_header_raises(name, value):
    _, headers, body = good()

    row = read_row(record({**headers, name: value}.items(), body), RiskRaised)

    assert (row.message is None) == (row.unreadable is not None)


@pytest.mark.parametrize(
    ("text", "epoch"), [(b"4", 4), (b"-1", 0), (b"x", 0), (b"99999999999999", 0), (b"\xff", 0), ("²".encode(), 0)]
)
def test_the_log_epoch_of_a_row_that_cannot_be_read(text, epoch):
    row = read_row(record([("ce_logepoch", text)], None), RiskRaised)

    assert row.log_epoch == epoch
