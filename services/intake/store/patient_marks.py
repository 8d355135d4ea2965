"""The table `patient_mark`: by what a person is recognised again, as keyed hashes (docs/decisions/0112)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.intake.domain.recognition import SUGGESTS, Likeness, Trait
from services.intake.store.request_answers import SealedReading
from shared.database import Transaction
from shared.events.values import ContactEnvelope

MOST_ALIKE = 20
"""A family shares a phone; what is more than that is a shelter's, and tells nothing of a person."""
MOST_FOUND = 50


@dataclass(frozen=True, slots=True)
class Unmarked:
    """`reading` is that of their newest guided request, sealed: it holds the date of birth."""

    patient_id: UUID
    clinic_id: UUID
    contact: ContactEnvelope
    reading: SealedReading | None


async def unmarked(tx: Transaction, most: int) -> list[Unmarked]:
    """Who came, or changed, since marks were last made.

    The first are found before anything is looked up for them: how many that are a plan does not know, and one that is made
    for few looks up the requests of everybody who waits.
    """
    rows = await tx.fetch(
        """
        with waiting as materialized (
             select id, clinic_id, contact, person_version, created_at
               from patient
              where marked_version is null
              order by created_at
              limit $1)
        select waiting.id, waiting.clinic_id, waiting.contact, waiting.person_version, read.request_id, read.reading
          from waiting
          left join lateral (
               select kept.request_id, kept.reading
                 from consultation_request as request
                 join request_answers as kept on kept.request_id = request.id
                where request.patient_id = waiting.id
                order by request.requested_at desc
                limit 1) as read on true
         order by waiting.created_at
        """,
        most,
    )
    return [
        Unmarked(
            row["id"],
            row["clinic_id"],
            ContactEnvelope(sealed=row["contact"], person_version=row["person_version"]),
            SealedReading(row["request_id"], row["reading"]) if row["reading"] else None,
        )
        for row in rows
    ]


async def keep(tx: Transaction, made: Sequence[tuple[Unmarked, Mapping[Trait, bytes]]]) -> list[UUID]:
    """In place of earlier ones. Answers whose: not those whom another replica has in hand, or whose contact has changed
    again since.
    """
    marked = await tx.fetch(
        """
        update patient
           set marked_version = person_version
         where id in (select id
                        from patient
                        join unnest($1::uuid[], $2::bigint[]) as seen (id, version) using (id)
                       where marked_version is null and person_version = seen.version
                         for update of patient skip locked)
        returning id
        """,
        [one.patient_id for one, _ in made],
        [one.contact.person_version for one, _ in made],
    )
    kept = {row["id"] for row in marked}
    await tx.execute("delete from patient_mark where patient_id = any ($1::uuid[])", list(kept))
    rows = [
        (one.patient_id, str(kind), one.clinic_id, mark)
        for one, marks in made
        if one.patient_id in kept
        for kind, mark in marks.items()
    ]
    await tx.execute(
        """
        insert into patient_mark (patient_id, kind, clinic_id, mark)
        select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::bytea[])
        """,
        *([row[column] for row in rows] for column in range(4)),
    )
    return list(kept)


async def with_mark(tx: Transaction, clinic_id: UUID, kind: Trait, mark: bytes) -> list[UUID]:
    """Whoever bears this mark, at most MOST_FOUND; the newest first, because ids grow with time."""
    rows = await tx.fetch(
        """
        select patient_id
          from patient_mark
         where clinic_id = $1 and kind = $2 and mark = $3
         order by patient_id desc
         limit $4
        """,
        clinic_id,
        kind,
        mark,
        MOST_FOUND,
    )
    return [row["patient_id"] for row in rows]


async def like(tx: Transaction, clinic_id: UUID, patient_id: UUID) -> list[Likeness]:
    """Who shares an e-mail address or a phone number with this patient, and what else."""
    rows = await tx.fetch(
        """
        with alike as (
            select distinct theirs.patient_id
              from patient_mark as ours
              join patient_mark as theirs using (clinic_id, kind, mark)
             where ours.patient_id = $2 and clinic_id = $1 and kind = any ($3::text[]) and theirs.patient_id <> $2
             order by theirs.patient_id desc
             limit $4
        )
        select alike.patient_id,
               array_agg(theirs.kind) filter (where theirs.mark = ours.mark) as shared,
               coalesce(bool_or(theirs.mark <> ours.mark) filter (where kind = 'birth'), false) as born_apart
          from alike
          join patient_mark as theirs on theirs.patient_id = alike.patient_id
          join patient_mark as ours using (kind)
         where ours.patient_id = $2
         group by alike.patient_id
         order by alike.patient_id desc
        """,
        clinic_id,
        patient_id,
        list(SUGGESTS),
        MOST_ALIKE,
    )
    return [
        Likeness(row["patient_id"], frozenset(Trait(kind) for kind in row["shared"]), row["born_apart"]) for row in rows
    ]
