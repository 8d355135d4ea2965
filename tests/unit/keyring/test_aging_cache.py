"""A cache that forgets: by age, by size, and when told."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.aging_cache import AgingCache
from shared.clock import FixedClock

KEEP = timedelta(minutes=5)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 6, 15, 18, 0, tzinfo=UTC))


def test_it_remembers_until_just_before_the_age(clock):
    cache = AgingCache(clock, KEEP, 3)
    cache.put("a", 1)

    clock.advance(KEEP - timedelta(microseconds=1))

    assert cache.get("a") == 1


def test_it_forgets_at_the_age_even_what_was_asked_for_meanwhile(clock):
    cache = AgingCache(clock, KEEP, 3)
    cache.put("a", 1)
    clock.advance(KEEP / 2)
    cache.get("a")
    clock.advance(KEEP / 2)

    assert cache.get("a") is None
    assert len(cache) == 0


def test_a_clock_set_back_lengthens_no_life(clock):
    cache = AgingCache(clock, KEEP, 3)
    cache.put("a", 1)

    clock.advance(timedelta(hours=-1))

    assert cache.get("a") is None


def test_when_full_the_one_not_asked_for_longest_goes(clock):
    cache = AgingCache(clock, KEEP, 2)
    cache.put("a", 1)
    cache.put("b", 2)
    cache.get("a")

    cache.put("c", 3)

    assert (cache.get("a"), cache.get("b"), cache.get("c")) == (1, None, 3)


def test_what_is_dropped_is_gone(clock):
    cache = AgingCache(clock, KEEP, 2)
    cache.put("a", 1)

    cache.drop("a")
    cache.drop("never there")

    assert cache.get("a") is None
