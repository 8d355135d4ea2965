"""A calendar that other programs read at a secret address: whose it is, who may make it, and what stands in it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from services.scheduling.domain.appointment import AppointmentState
from services.scheduling.domain.clinic import Clinic, ResourceKind
from shared.events.staff import Role
from shared.ids import uuid7

BACK = timedelta(days=90)
"""How long what is over stays in a calendar. Ahead is everything that is booked."""
MOST_FEEDS = 10
"""Of one person, or of one chair or room, at once: a device each."""


class FeedUnknown(LookupError):
    """There is no calendar at this address, and there never was."""


class FeedRevoked(LookupError):
    """There was one, and it was revoked; or the person does not work here any more."""


class NotTheirFeed(Exception):
    """People make and revoke their own calendars, administrators those of chairs and rooms, too."""


class TooManyFeeds(Exception):
    """So many addresses lead there already that nobody knows any more who reads them."""


@dataclass(frozen=True, slots=True)
class Maker:
    """Somebody of the staff who makes or revokes a calendar."""

    staff_id: UUID
    roles: frozenset[str]

    @property
    def administrates(self) -> bool:
        return Role.ADMINISTRATOR in self.roles


@dataclass(frozen=True, slots=True)
class CalendarFeed:
    """Of one person (`staff_id`) or of one chair or room (`place_id`)."""

    id: UUID
    clinic_id: UUID
    staff_id: UUID | None
    place_id: UUID | None
    label: str
    """Where it is read, in the words of whoever made it."""
    made_by: UUID
    made_at: datetime
    revoked_by: UUID | None = None
    revoked_at: datetime | None = None

    @classmethod
    def make(cls, maker: Maker, clinic: Clinic, place_id: UUID | None, label: str, now: datetime) -> "CalendarFeed":
        """Of a chair or room, or without one the maker's own. Raises NotTheirFeed."""
        if place_id is not None and not (maker.administrates and place_id in places(clinic)):
            raise NotTheirFeed
        return cls(
            id=uuid7(),
            clinic_id=clinic.id,
            staff_id=None if place_id else maker.staff_id,
            place_id=place_id,
            label=label,
            made_by=maker.staff_id,
            made_at=now,
        )

    def revoke(self, maker: Maker, now: datetime) -> "CalendarFeed":
        """Nobody reads it any more; twice is once. Raises NotTheirFeed."""
        if not (maker.administrates or maker.staff_id == self.staff_id):
            raise NotTheirFeed
        if self.revoked_at is not None:
            return self
        return replace(self, revoked_by=maker.staff_id, revoked_at=now)

    def shows(self, clinic: Clinic) -> list[UUID]:
        """The resources whose appointments stand in it."""
        return [
            one.id
            for one in clinic.resources
            if (self.place_id is not None and self.place_id in (one.id, one.room_id))
            or (self.staff_id is not None and one.staff_id == self.staff_id)
        ]


def places(clinic: Clinic) -> dict[UUID, str]:
    """What has a calendar without being a person, with its name: chairs, and rooms with all their chairs."""
    chairs = {one.id: one.name for one in clinic.resources if one.kind is ResourceKind.CHAIR and one.active}
    return chairs | {room.id: room.name for room in clinic.rooms}


@dataclass(frozen=True, slots=True)
class Entry:
    """One appointment, as far as a calendar may know of it. `during` is when this person or chair is needed."""

    appointment_id: UUID
    revision: int
    state: AppointmentState
    given_up: bool
    """This person or chair is not needed for it any more."""
    starts_at: datetime
    ends_at: datetime
    reference: str | None
    chair: str | None
    changed_at: datetime
