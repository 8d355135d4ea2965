"""Calendars at secret addresses: made, revoked, and read."""

from dataclasses import dataclass
from uuid import UUID

from services.scheduling.domain.calendar_feed import (
    BACK,
    MOST_FEEDS,
    CalendarFeed,
    Entry,
    FeedRevoked,
    Maker,
    NotTheirFeed,
    TooManyFeeds,
)
from services.scheduling.domain.clinic import Clinic
from services.scheduling.store import calendar_feeds, clinics
from shared.database import Transaction
from shared.ids import new_token


async def make_calendar_feed(tx: Transaction, maker: Maker, clinic_id: UUID, place_id: UUID | None, label: str) -> str:
    """The token of a new one: it is kept as a hash, and never known again. Without a place it is the maker's own.

    Raises NotTheirFeed, TooManyFeeds.
    """
    clinic = await clinics.find(tx, clinic_id)
    if clinic is None:
        raise NotTheirFeed
    feed = CalendarFeed.make(maker, clinic, place_id, label, tx.now)
    if await calendar_feeds.count_of(tx, feed) >= MOST_FEEDS:
        raise TooManyFeeds
    token = new_token()
    await calendar_feeds.add(tx, token, feed)
    return token


async def revoke_calendar_feed(tx: Transaction, maker: Maker, clinic_id: UUID, feed_id: UUID) -> None:
    """From then on its address says that it is gone. Twice is once. Raises FeedUnknown, NotTheirFeed."""
    before = await calendar_feeds.lock(tx, clinic_id, feed_id)
    after = before.revoke(maker, tx.now)
    if after is not before:
        await calendar_feeds.save(tx, after)


@dataclass(frozen=True, slots=True)
class ReadFeed:
    """What stands in a calendar now, and what it is called."""

    feed: CalendarFeed
    clinic: Clinic
    entries: list[Entry]


async def read_calendar_feed(tx: Transaction, clinic_id: UUID, token: str) -> ReadFeed:
    """Raises FeedUnknown, FeedRevoked."""
    feed, works_here = await calendar_feeds.find(tx, clinic_id, token)
    clinic = await clinics.find(tx, clinic_id)
    if feed.revoked_at is not None or not works_here or clinic is None:
        raise FeedRevoked
    return ReadFeed(feed, clinic, await calendar_feeds.entries(tx, clinic_id, feed.shows(clinic), tx.now - BACK))
