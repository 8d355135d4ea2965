"""Scheduling believes intake's tickets, for two hours, and nobody else's."""

from datetime import timedelta

import pytest

from shared.clock import FixedClock
from shared.ids import uuid7
from shared.web.hold_ticket import (
    CLOCK_SKEW,
    KIND,
    LIFETIME,
    HoldTicket,
    HoldTicketSigner,
    HoldTicketVerifier,
)
from shared.web.service_token import KIND as SERVICE_KIND
from shared.web.signing_keys import TokenExpired, TokenInvalid, new_key_pair, read_key, sign
from tests.conftest import NOON

PRIVATE, PUBLIC = new_key_pair()
KEY = read_key(PRIVATE, "private", private=True)
TICKET = HoldTicket(uuid7(), uuid7(), (b"e" * 32, b"m" * 32))
CLOCK = FixedClock(NOON)


@pytest.fixture
def clock():
    return FixedClock(NOON)


@pytest.fixture
def verifier(clock):
    return HoldTicketVerifier(read_key(PUBLIC, "public", private=False), clock)


def signed(key=KEY, **changed):
    fields = {"request_id": TICKET.request_id, "patient_id": TICKET.patient_id, "contacts": TICKET.contacts} | changed
    return HoldTicketSigner(key, CLOCK).sign(**fields)


def claims(**changed):
    return {
        "iss": "intake",
        "aud": "scheduling",
        "sub": str(TICKET.request_id),
        "pid": str(TICKET.patient_id),
        "contacts": ["ZWVlZWVlZWVlZWVlZWVlZWVlZWVlZWVlZWVlZWVlZWU="],
        "iat": NOON.timestamp(),
        "exp": (NOON + LIFETIME).timestamp(),
    } | changed


def test_a_ticket_says_what_was_signed(verifier):
    assert verifier.verify(signed()) == TICKET


def test_until_it_is_over(clock, verifier):
    ticket = signed()

    clock.advance(LIFETIME - timedelta(milliseconds=1))
    assert verifier.verify(ticket) == TICKET
    clock.advance(timedelta(milliseconds=1))
    with pytest.raises(TokenExpired):
        verifier.verify(ticket)


def test_nobody_else_can_sign_one(verifier):
    stranger = read_key(new_key_pair()[0], "private", private=True)

    with pytest.raises(TokenInvalid):
        verifier.verify(signed(stranger))


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "notifications"},
        {"aud": "notifications"},
        {"sub": "somebody"},
        {"pid": None},
        {"contacts": []},
        {"contacts": ["c2hvcnQ="]},
        {"contacts": ["not base64"]},
        {"exp": (NOON + timedelta(days=30)).timestamp()},
        {"iat": (NOON + CLOCK_SKEW + timedelta(seconds=1)).timestamp()},
        {"exp": NOON.timestamp()},
    ],
)
def test_what_this_code_would_not_have_signed_is_not_believed(verifier, changed):
    with pytest.raises(TokenInvalid):
        verifier.verify(sign(KEY, KIND, claims(**changed)))


def test_a_token_of_another_kind_is_no_ticket(verifier):
    assert verifier.verify(sign(KEY, KIND, claims())).request_id == TICKET.request_id

    with pytest.raises(TokenInvalid):
        verifier.verify(sign(KEY, SERVICE_KIND, claims()))


@pytest.mark.parametrize("text", ["", "a.b.c", "x" * 5000, "é"])
def test_noise_is_no_ticket(verifier, text):
    with pytest.raises(TokenInvalid):
        verifier.verify(text)
