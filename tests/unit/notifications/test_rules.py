"""Rules of messages, retries, passwords and sessions, without any I/O."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.message import MessageKind, Standing, Verdict, judge, needs_cancelling
from services.notifications.domain.passwords import why_not
from services.notifications.domain.retry import FIRST, LONGEST, wait_before
from services.notifications.domain.sign_in import LONGEST as LONGEST_SESSION
from services.notifications.domain.sign_in import SignIn
from services.notifications.domain.sign_in_limits import limits
from shared.ids import uuid7
from tests.conftest import NOON

CONFIRM, CANCEL = MessageKind.CONSULTATION_SCHEDULED, MessageKind.CONSULTATION_CANCELLED
ASKED = Standing(3, cancelled=False, cannot_be_kept=True)


@pytest.mark.parametrize(
    ("kind", "standing", "verdict"),
    [
        (CONFIRM, Standing(3, cancelled=False), Verdict.SEND),
        (CONFIRM, Standing(4, cancelled=False), Verdict.STALE),
        (CONFIRM, Standing(3, cancelled=True), Verdict.STALE),
        (CONFIRM, Standing(2, cancelled=False), Verdict.STALE),
        (CONFIRM, None, Verdict.WAIT),
        (CONFIRM, ASKED, Verdict.WAIT),
        (MessageKind.SESSION_SCHEDULED, ASKED, Verdict.WAIT),
        (MessageKind.TIME_STAYS, ASKED, Verdict.STALE),
        (MessageKind.MOVE_PROPOSED, ASKED, Verdict.SEND),
        (CANCEL, Standing(3, cancelled=True), Verdict.SEND),
        (CANCEL, Standing(4, cancelled=False), Verdict.STALE),
        (CANCEL, None, Verdict.SEND),
    ],
)
def test_a_message_goes_only_while_it_is_true(kind: MessageKind, standing: Standing | None, verdict: Verdict) -> None:
    assert judge(kind, 3, standing) is verdict


def test_nothing_is_taken_back_that_was_never_said_unless_the_clinic_decided() -> None:
    assert not needs_cancelling(was_offered=False, patient_decided=True)
    assert needs_cancelling(was_offered=True, patient_decided=True)
    assert needs_cancelling(was_offered=False, patient_decided=False)


@given(attempt=st.integers(0, 10_000), spread=st.floats(0, 1))
def test_waits_grow_within_bounds(attempt: int, spread: float) -> None:
    wait = wait_before(attempt, spread)

    assert FIRST / 2 <= wait <= LONGEST
    assert wait <= wait_before(attempt + 1, spread)


@pytest.mark.parametrize(
    "password",
    ["short", "aaaaaaaaaaaaaa", "Password1234", "rita.imura99", "Rita Imura 12", "x" * 300, "qwertyqwerty12"],
)
def test_poor_passwords_are_refused_with_a_reason(password: str) -> None:
    assert why_not(password, email="rita.imura@ternstreet.example", name="Rita Imura")


@pytest.mark.parametrize("password", ["copper lantern field", "tern-street-trial", "δώδεκα ποτάμια", "k3kd93kdm2l1"])
def test_long_passwords_are_taken_whatever_they_are_made_of(password: str) -> None:
    assert why_not(password, email="rita.imura@ternstreet.example", name="Rita Imura") is None


def test_a_session_ends_by_idleness_age_and_revocation() -> None:
    idle = timedelta(minutes=30)
    session = SignIn(uuid7(), uuid7(), "password", NOON, NOON, None)

    assert session.alive(NOON + timedelta(minutes=29), idle=idle, revoked_before=None)
    assert not session.alive(NOON + idle, idle=idle, revoked_before=None)
    assert not session.alive(NOON + LONGEST_SESSION, idle=LONGEST_SESSION * 2, revoked_before=None)
    assert not session.alive(NOON, idle=idle, revoked_before=NOON + timedelta(seconds=1))
    assert session.alive(NOON, idle=idle, revoked_before=NOON)


def test_limits_tell_people_and_addresses_apart() -> None:
    one, other = limits("a@example.com", "192.0.2.1"), limits("a@example.com", "192.0.2.2")

    assert one[0].bucket != other[0].bucket
    assert one[1].bucket == other[1].bucket
    assert len({limit.bucket for limit in one}) == 3
