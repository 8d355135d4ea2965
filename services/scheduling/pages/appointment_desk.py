"""What the pages of one appointment ask for, together."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from services.scheduling.pages.staff import OurStaff, PatientStaff
from shared.database import Database
from shared.keyring import Keyring
from shared.settings import Settings
from shared.web.dependencies import TheDatabase, TheKeyring, ThePages, TheSettings
from shared.web.staff_session import StaffSession
from shared.web.templating import Pages


@dataclass(frozen=True, slots=True)
class Desk:
    staff: StaffSession
    pages: Pages
    database: Database
    keyring: Keyring
    settings: Settings


async def _looking(
    staff: OurStaff, pages: ThePages, database: TheDatabase, keyring: TheKeyring, settings: TheSettings
) -> Desk:
    return Desk(staff, pages, database, keyring, settings)


async def _working(
    staff: PatientStaff, pages: ThePages, database: TheDatabase, keyring: TheKeyring, settings: TheSettings
) -> Desk:
    return Desk(staff, pages, database, keyring, settings)


Looking = Annotated[Desk, Depends(_looking)]
Working = Annotated[Desk, Depends(_working)]
