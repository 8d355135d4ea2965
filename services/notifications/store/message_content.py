"""What messages need to know at the moment they are written, looked up for several at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from services.notifications.domain.message import MessageKind
from services.notifications.store import (
    attendances,
    claimed_messages,
    contacts,
    links,
    slot_offers,
    told_times,
    withdrawn_moves,
)
from services.notifications.store.claimed_messages import Claimed
from services.notifications.store.slot_offers import OfferHeard
from services.notifications.store.withdrawn_moves import Stays
from shared.database.transaction import Transaction
from shared.events.values import ContactEnvelope, LinkTo


@dataclass(frozen=True, slots=True)
class Envelopes:
    """Whom to write to, and the envelope with the message's own link where that is another one."""

    contact: ContactEnvelope
    own: ContactEnvelope | None


@dataclass(frozen=True, slots=True)
class Content:
    """`starts_at` is the appointment's, or the session's for after-care. `was_offered`: an earlier message named a time.
    `nobody_expects_it`: the patient gave the appointment up, or is told by a letter of its own that there is none.
    `is_read_first`: a person reads the request before a time is offered. `instead_of`: the time that the patient had
    chosen and that others have now, or had booked and that cannot be kept. `is_moved`: they have chosen this one in the
    place of another. `is_changed`: it is not the time that they were told before. `is_shared`: others are offered the
    same time. `is_amended`: the clinician had decided otherwise before. `says_they_come`: at this time. `outcome`: of the
    session that has ended. `was_asked`: about another time, and has not been told since that this one stays."""

    envelopes: Envelopes | None
    reference: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    zone: str | None = None
    nobody_expects_it: bool = False
    was_offered: bool = False
    is_read_first: bool = False
    instead_of: datetime | None = None
    is_moved: bool = False
    is_changed: bool = False
    is_shared: bool = False
    is_amended: bool = False
    says_they_come: bool = False
    outcome: str | None = None
    was_asked: bool = False

    def is_older_than(self, person_version: int) -> bool:
        """Whether the patient has been another version of themselves since."""
        return self.envelopes is not None and self.envelopes.contact.person_version < person_version


async def of(tx: Transaction, claimed: Sequence[Claimed]) -> dict[UUID, Content]:
    """By the id of the message."""
    that_stay = [one for one in claimed if one.kind is MessageKind.TIME_STAYS]
    known = _Known(
        contacts=await contacts.of_patients(tx, {one.patient_id for one in claimed}),
        requests=await _requests(tx, claimed),
        appointments=await _appointments(tx, claimed),
        ended=await _ended(tx, claimed),
        offers=await slot_offers.of_ids(tx, [one.about_id for one in claimed if one.kind.offers]),
        stay=await withdrawn_moves.of_ids(tx, [one.about_id for one in that_stay]),
        were_asked=await withdrawn_moves.whose_patient_was_asked(tx, that_stay),
        follow_an_offer=await claimed_messages.which_follow_an_offer(tx, claimed),
        change_a_time=await told_times.which_change_one(tx, claimed),
        come=await attendances.which_come(tx, claimed),
    )
    return {one.id: known.content(one, await _envelopes(tx, one, known)) for one in claimed}


@dataclass(frozen=True, slots=True)
class _Request:
    """What is known of a request; nothing but its reference where only its consultation was heard of."""

    reference: str = ""
    patient_id: UUID | None = None
    contact: ContactEnvelope | None = None
    is_read_first: bool = False
    is_declined: bool = False
    instead_of: datetime | None = None
    is_amended: bool = False


@dataclass(frozen=True, slots=True)
class _Known:
    """What several messages are about, by the ids of patients, requests, appointments, sessions and messages."""

    contacts: Mapping[UUID, ContactEnvelope]
    requests: Mapping[UUID, _Request]
    appointments: Mapping[UUID, asyncpg.Record]
    ended: Mapping[UUID, asyncpg.Record]
    offers: Mapping[UUID, OfferHeard]
    stay: Mapping[UUID, Stays]
    were_asked: set[UUID]
    follow_an_offer: set[UUID]
    change_a_time: set[UUID]
    come: set[UUID]

    def request(self, message: Claimed) -> _Request:
        return (self.requests.get(message.request_id) if message.request_id else None) or _Request()

    def content(self, message: Claimed, envelopes: Envelopes | None) -> Content:
        request = self.request(message)
        if (offer := self.offers.get(message.about_id)) is not None:
            return Content(
                envelopes,
                request.reference,
                starts_at=offer.starts_at,
                ends_at=offer.ends_at,
                zone=offer.zone,
                is_shared=offer.shared,
                instead_of=offer.instead_of,
            )
        if (stays := self.stay.get(message.about_id)) is not None:
            return Content(
                envelopes,
                request.reference,
                starts_at=stays.starts_at,
                ends_at=stays.ends_at,
                zone=stays.zone,
                was_asked=message.id in self.were_asked,
            )
        if message.appointment_id is None:
            ended = self.ended.get(message.about_id)
            return Content(
                envelopes,
                request.reference,
                starts_at=ended["started_at"] if ended else None,
                ends_at=ended["ended_at"] if ended else None,
                is_read_first=request.is_read_first,
                instead_of=request.instead_of,
                is_amended=request.is_amended,
                outcome=ended["outcome"] if ended else None,
            )
        row = self.appointments.get(message.appointment_id)
        return Content(
            envelopes,
            request.reference,
            starts_at=row["starts_at"] if row else None,
            ends_at=row["ends_at"] if row else None,
            zone=row["zone"] if row else None,
            nobody_expects_it=(bool(row) and row["decided_by"] == "patient") or request.is_declined,
            was_offered=message.id in self.follow_an_offer,
            instead_of=request.instead_of,
            is_moved=bool(row) and row["decided_by"] == "patient" and message.kind.confirms and message.revision > 1,
            is_changed=message.id in self.change_a_time,
            says_they_come=message.id in self.come,
        )


async def _envelopes(tx: Transaction, message: Claimed, known: _Known) -> Envelopes | None:
    """None while nothing was heard of the patient."""
    if not message.kind.is_for_a_patient:
        pause = await links.of_pause(tx, message.about_id)
        return Envelopes(pause, None) if pause else None
    contact = known.contacts.get(message.patient_id)
    if contact is None:
        return None
    if message.kind.leads_to is LinkTo.QUESTIONNAIRE:
        return Envelopes(contact, await links.of_questionnaire(tx, message.about_id))
    request = known.request(message)
    return Envelopes(contact, request.contact if request.patient_id == message.patient_id else None)


async def _requests(tx: Transaction, claimed: Iterable[Claimed]) -> dict[UUID, _Request]:
    ids = [one.request_id for one in claimed if one.request_id]
    if not ids:
        return {}
    rows = await tx.fetch(
        """
        select request_id, reference, instead_of, amended
          from consultation_known
         where request_id = any ($1::uuid[])
        """,
        ids,
    )
    found = {
        row["request_id"]: _Request(row["reference"], instead_of=row["instead_of"], is_amended=row["amended"])
        for row in rows
    }
    rows = await tx.fetch(
        """
        select request_id, reference, patient_id, sealed, person_version,
               disposition = 'await' and awaits is not distinct from 'screening' as is_read_first,
               declined_at is not null as is_declined
          from request_known
         where request_id = any ($1::uuid[])
        """,
        ids,
    )
    for row in rows:
        consulted = found.get(row["request_id"])
        found[row["request_id"]] = _Request(
            row["reference"],
            row["patient_id"],
            ContactEnvelope(sealed=row["sealed"], person_version=row["person_version"]),
            row["is_read_first"],
            row["is_declined"],
            consulted.instead_of if consulted else None,
            consulted is not None and consulted.is_amended,
        )
    return found


async def _appointments(tx: Transaction, claimed: Iterable[Claimed]) -> dict[UUID, asyncpg.Record]:
    ids = [one.appointment_id for one in claimed if one.appointment_id]
    if not ids:
        return {}
    rows = await tx.fetch(
        """
        select appointment_id, starts_at, ends_at, zone, decided_by
          from appointment_known
         where appointment_id = any ($1::uuid[])
        """,
        ids,
    )
    return {row["appointment_id"]: row for row in rows}


async def _ended(tx: Transaction, claimed: Iterable[Claimed]) -> dict[UUID, asyncpg.Record]:
    """Sessions that letters without an appointment may be about."""
    rows = await tx.fetch(
        "select session_id, started_at, ended_at, outcome from session_ended where session_id = any ($1::uuid[])",
        [one.about_id for one in claimed if one.appointment_id is None],
    )
    return {row["session_id"]: row for row in rows}
