"""A staff token is good for one audience, five minutes, and only as it was signed."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from shared.ids import uuid7
from shared.web.signing_keys import TokenExpired, TokenInvalid, new_key_pair, read_key, sign
from shared.web.staff_token import CLOCK_SKEW, KIND, LIFETIME, StaffTokenSigner, StaffTokenVerifier, Strength

NOW = datetime(2026, 6, 15, 18, 0, 0, 250_000, tzinfo=UTC)
AUDIENCE = "https://chairside.example"
PRIVATE, PUBLIC = new_key_pair()
SIGNER = StaffTokenSigner(read_key(PRIVATE, "K", private=True), AUDIENCE)
VERIFIER = StaffTokenVerifier(read_key(PUBLIC, "K", private=False), AUDIENCE)
STAFF, SESSION, CLINIC = uuid7(), uuid7(), uuid7()


def token(now: datetime = NOW) -> str:
    return SIGNER.sign(
        staff_id=STAFF,
        session_id=SESSION,
        roles=frozenset({"nurse"}),
        clinics=frozenset({CLINIC}),
        strength=Strength.PASSWORD,
        now=now,
    )


def claims(**changes: object) -> dict[str, object]:
    good: dict[str, object] = {
        "iss": "notifications",
        "aud": AUDIENCE,
        "sub": str(STAFF),
        "sid": str(SESSION),
        "roles": ["nurse"],
        "clinics": [str(CLINIC)],
        "strength": "password",
        "iat": NOW.timestamp(),
        "exp": (NOW + LIFETIME).timestamp(),
    }
    return {name: value for name, value in (good | changes).items() if value is not ...}


def signed(kind: str = KIND, **changes: object) -> str:
    return sign(read_key(PRIVATE, "K", private=True), kind, claims(**changes))


def test_it_says_who_and_until_when():
    said = VERIFIER.verify(token(), NOW)

    assert (said.staff_id, said.session_id, said.strength) == (STAFF, SESSION, Strength.PASSWORD)
    assert (said.roles, said.clinics) == ({"nurse"}, {CLINIC})
    assert (said.issued_at, said.expires_at) == (NOW, NOW + LIFETIME)


def test_the_claims_of_these_tests_are_themselves_good():
    assert VERIFIER.verify(signed(), NOW) == VERIFIER.verify(token(), NOW)


def test_it_is_over_at_its_end_and_not_before():
    VERIFIER.verify(token(), NOW + LIFETIME - timedelta(milliseconds=1))

    with pytest.raises(TokenExpired):
        VERIFIER.verify(token(), NOW + LIFETIME)


def test_grace_lengthens_it_by_just_that():
    grace = timedelta(minutes=60)
    VERIFIER.verify(token(), NOW + LIFETIME + grace - timedelta(milliseconds=1), grace=grace)

    with pytest.raises(TokenExpired):
        VERIFIER.verify(token(), NOW + LIFETIME + grace, grace=grace)


def test_the_signers_clock_may_run_ahead_a_little_and_no_more():
    VERIFIER.verify(token(NOW + CLOCK_SKEW), NOW)

    with pytest.raises(TokenInvalid):
        VERIFIER.verify(token(NOW + CLOCK_SKEW + timedelta(milliseconds=1)), NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "https://other.example"},
        {"aud": [AUDIENCE]},
        {"aud": ...},
        {"iss": "intake"},
        {"iss": ...},
        {"sub": "somebody"},
        {"sub": ...},
        {"sid": ...},
        {"roles": ...},
        {"roles": "nurse"},
        {"clinics": ["everywhere"]},
        {"strength": "certain"},
        {"iat": ...},
        {"exp": ...},
        {"exp": 1e300},
        {"iat": -1},
        {"exp": (NOW + timedelta(days=365)).timestamp()},
        {"exp": (NOW - timedelta(seconds=1)).timestamp()},
    ],
    ids=str,
)
def test_signed_but_not_as_we_sign(changes):
    with pytest.raises(TokenInvalid):
        VERIFIER.verify(signed(**changes), NOW)


def test_a_token_of_another_kind_is_no_staff_token():
    with pytest.raises(TokenInvalid):
        VERIFIER.verify(signed(kind="chairside-service+jwt"), NOW)


def test_a_key_of_somebody_else_signs_nothing_here():
    stranger = StaffTokenSigner(OKPKey.generate_key("Ed25519"), AUDIENCE)
    forged = stranger.sign(
        staff_id=STAFF,
        session_id=SESSION,
        roles=frozenset({"nurse"}),
        clinics=frozenset(),
        strength=Strength.PASSWORD,
        now=NOW,
    )

    with pytest.raises(TokenInvalid):
        VERIFIER.verify(forged, NOW)


def test_no_other_algorithm_is_believed():
    """The public key as a shared secret, and no signature at all: the two classic forgeries."""
    shared = OctKey.import_key(json.loads(PUBLIC)["x"])
    by_secret = jwt.encode({"alg": "HS256", "typ": KIND}, claims(), shared, algorithms=["HS256"])
    head = base64.urlsafe_b64encode(json.dumps({"alg": "none", "typ": KIND}).encode()).decode().rstrip("=")
    unsigned = f"{head}.{token().split('.')[1]}."

    for forged in (by_secret, unsigned):
        with pytest.raises(TokenInvalid):
            VERIFIER.verify(forged, NOW)


@given(st.data())
def test_one_changed_character_is_noticed(data):
    good = token()
    at = data.draw(st.integers(0, len(good) - 2))  # the last one carries unused bits
    other = data.draw(st.characters(codec="ascii", exclude_characters=good[at]))

    with pytest.raises(TokenInvalid):
        VERIFIER.verify(good[:at] + other + good[at + 1 :], NOW)


@given(st.text() | st.from_regex(r"[A-Za-z0-9_-]{0,40}\.[A-Za-z0-9_-]{0,40}\.[A-Za-z0-9_-]{0,90}", fullmatch=True))
def test_anything_else_is_refused_and_breaks_nothing(text):
    with pytest.raises(TokenInvalid):
        VERIFIER.verify(text, NOW)


def test_a_very_long_one_is_refused_before_it_is_read():
    with pytest.raises(TokenInvalid):
        VERIFIER.verify(token() + "A" * 5000, NOW)


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "not json", '{"kty":"OKP","crv":"Ed25519"}', '{"kty":"oct","k":"AAAA"}']
)
def test_a_bad_key_is_refused_by_name(text):
    with pytest.raises(ValueError, match="STAFF_TOKEN_PUBLIC_KEY"):
        read_key(text, "STAFF_TOKEN_PUBLIC_KEY", private=False)


def test_a_public_key_cannot_stand_where_a_private_one_is_needed():
    with pytest.raises(ValueError, match="private"):
        read_key(PUBLIC, "K", private=True)


def test_another_curve_is_no_key_of_ours():
    other = json.dumps(OKPKey.generate_key("X25519").as_dict(private=True))

    with pytest.raises(ValueError, match="Ed25519"):
        read_key(other, "K", private=True)


def test_a_demo_key_carries_its_mark():
    assert read_key("demo-" + PRIVATE, "K", private=True).as_dict() == read_key(PRIVATE, "K", private=True).as_dict()
