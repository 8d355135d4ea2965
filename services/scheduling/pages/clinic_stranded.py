"""`/staff/clinic/stranded`: bookings that the clinic's day has no place for any more."""

from fastapi import APIRouter, Response

from services.scheduling.pages.staff import OurStaff
from services.scheduling.pages.stranded_drawn import drawn
from services.scheduling.problems import ClinicNotSetUp
from services.scheduling.use_cases.change_clinic import stranded_now, the_clinic
from shared.web.dependencies import TheDatabase, TheKeyring, ThePages, TheSettings
from shared.web.problems import problems as may_refuse

router = APIRouter(prefix="/staff/clinic/stranded", include_in_schema=False)


@router.get("", responses=may_refuse(ClinicNotSetUp))
async def listed(
    staff: OurStaff,
    pages: ThePages,
    database: TheDatabase,
    keyring: TheKeyring,
    settings: TheSettings,
    saved: bool = False,
) -> Response:
    async with database.transaction(read_only=True) as tx:
        clinic = await the_clinic(tx, settings.clinic.id)
        found = await stranded_now(tx, clinic)
    return pages.page(
        "clinic_stranded.html",
        staff=staff,
        shown=await drawn(database, keyring, clinic, found),
        just_saved=saved,
    )
