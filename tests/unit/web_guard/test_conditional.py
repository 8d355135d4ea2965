"""Whoever has the newest is not sent it again."""

from datetime import UTC, datetime, timedelta

import pytest
from starlette.requests import Request

from shared.web.conditional import has_newest, http_date

AT = datetime(2026, 6, 15, 18, 0, 0, 250_000, tzinfo=UTC)


def _asked(**headers):
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": named})


@pytest.mark.parametrize("tags", ['"a"', 'W/"a"', '"b", "a"', "*"])
def test_a_tag_that_fits(tags):
    assert has_newest(_asked(if_none_match=tags), '"a"', AT)


@pytest.mark.parametrize("tags", ['"b"', "a", ""])
def test_a_tag_that_does_not_fit_goes_before_any_date(tags):
    later = http_date(AT + timedelta(days=1))
    assert not has_newest(_asked(if_none_match=tags, if_modified_since=later), '"a"', AT)


def test_a_date_counts_in_whole_seconds():
    assert has_newest(_asked(if_modified_since=http_date(AT)), '"a"', AT)
    assert not has_newest(_asked(if_modified_since=http_date(AT - timedelta(seconds=1))), '"a"', AT)


@pytest.mark.parametrize("date", ["yesterday", "", "Mon, 99 Jun 2026 18:00:00 GMT", "Mon, 15 Jun 0000 18:00:00 GMT"])
def test_a_date_that_nobody_can_read_is_none(date):
    assert not has_newest(_asked(if_modified_since=date), '"a"', AT)


def test_the_last_date_there_is_is_later_than_any_change():
    assert has_newest(_asked(if_modified_since="Fri, 31 Dec 9999 23:59:59 GMT"), '"a"', AT)
