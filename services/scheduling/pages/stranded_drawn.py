"""Bookings without a place, drawn for staff: whose they are, why, and what is proposed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.scheduling.domain.asked_move import AskedMove
from services.scheduling.domain.clinic import Clinic, Resource, ResourceKind
from services.scheduling.domain.refusal import Missing, Why
from services.scheduling.domain.stranded import Stranded
from services.scheduling.domain.wall_clock import day_of
from services.scheduling.pages.names import open_names
from services.scheduling.pages.question_words import question_chip, question_in_words
from services.scheduling.pages.words import against
from services.scheduling.store import asked_moves, day_list
from services.scheduling.store.day_list import ListedAppointment
from shared.database import Database
from shared.keyring import Keyring


@dataclass(frozen=True, slots=True)
class DrawnStranded:
    one: Stranded
    row: ListedAppointment
    name: str
    why: list[str]
    clinician: Resource | None
    """With whom it would be then."""
    day: date
    asked: AskedMove | None
    """The last that its patient was asked."""
    kept_with: str = ""
    """With whom the kept time is."""

    chip: tuple[str, str, str] | None = None
    """That they are asked, or what came of it."""
    became: str = ""
    """The same in a sentence, once it is over."""


@dataclass(frozen=True, slots=True)
class Drawn:
    listed: list[DrawnStranded]
    names_away: bool


async def drawn(database: Database, keyring: Keyring, clinic: Clinic, found: Sequence[Stranded]) -> Drawn:
    """With names, which are asked for outside a transaction."""
    ids = [one.planned.appointment_id for one in found]
    async with database.transaction(read_only=True) as tx:
        rows = await day_list.of_ids(tx, clinic.id, ids)
        asked = await asked_moves.newest_of(tx, ids)
    names = await open_names(keyring, ((row.patient_id, row.contact) for row in rows.values()))
    listed = [
        DrawnStranded(
            one,
            row,
            names.name(row.patient_id, row.reference),
            list(dict.fromkeys(_why(missing, clinic) for missing in one.against)),
            _clinician(one),
            day_of(row.starts_at, clinic.zone),
            question := asked.get(row.id),
            next((it.name for it in clinic.resources if question and it.id == question.clinician_id), ""),
            question_chip(question, clinic.zone) if question else None,
            question_in_words(question, clinic.zone) if question and not question.open else "",
        )
        for one in found
        if (row := rows.get(one.planned.appointment_id)) is not None
    ]
    return Drawn(listed, names.away)


def _why(missing: Missing, clinic: Clinic) -> str:
    """Of a booking that has this resource already; only of one that is given up the words are others than of a refusal."""
    if missing.why is Why.NONE_THERE:
        return " and ".join(f"{resource.name} cannot be booked any more." for resource in missing.unfit)
    if missing.why is Why.AWAY:
        return against(missing, clinic).partition(": ")[2]
    return against(missing, clinic)


def _clinician(one: Stranded) -> Resource | None:
    return one.instead.resource(ResourceKind.CLINICIAN) if one.instead else None
