"""Make a clinic's data what a description says."""

from zoneinfo import available_timezones

from services.scheduling.domain.clinic import Clinic
from services.scheduling.store import clinics, waiting_list
from shared.database import Transaction


class ClinicMisdescribed(ValueError):
    """The description cannot be meant; the words say where."""


async def set_up_clinic(tx: Transaction, clinic: Clinic) -> None:
    """Inserts or updates everything; the same description twice changes nothing. Raises ClinicMisdescribed.

    Bookings stay as they are. Whoever asked before the clinic was set up stands on the waiting list, and is served now.
    """
    _check(clinic)
    await clinics.lock(tx, clinic.id)
    await clinics.save(tx, clinic)
    await waiting_list.review_at(tx, clinic.id, tx.now)


def _check(clinic: Clinic) -> None:
    if clinic.zone not in available_timezones():
        raise ClinicMisdescribed(f"{clinic.zone!r} is not a zone of the IANA database")
    ids = [resource.id for resource in clinic.resources]
    if len(set(ids)) != len(ids):
        raise ClinicMisdescribed("two resources have the same id")
    for hours in clinic.hours:
        if not 1 <= hours.weekday <= 7 or hours.opens >= hours.closes:
            raise ClinicMisdescribed(f"opening hours of weekday {hours.weekday} end before they begin")
    for kind in clinic.kinds:
        for need in kind.needs:
            if not 1 <= need.first_part <= need.last_part <= len(kind.parts):
                raise ClinicMisdescribed(f"a {kind.purpose} needs a {need.resource_kind} in a part it does not have")
