"""The start that staff type, with what a page offered for it: another instant, or that it is meant nevertheless."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from services.scheduling.domain.override import Override, OverrideReason
from services.scheduling.domain.wall_clock import instants_when_reads
from services.scheduling.pages.typed_times import WallDate, WallTime, in_reach
from shared.web.staff_session import StaffSession

SKIPPED = "The clock skips this time on that night. Choose another."
PAST = "This time is over. Choose one that lies ahead."
NOT_YOURS = "Somebody with another role must decide this. Ask a clinician, or choose another time."
_WHY = "Choose why, or choose another time."
OfferedInstant = Annotated[AwareDatetime, AfterValidator(in_reach)]


class TypedStart(BaseModel):
    """In the order in which mistakes are listed.

    `instead` is an instant that a button offered, and goes before date and time: another time after a refusal, or one of the
    two that a wall clock shows alike. `override` is why a time is meant nevertheless, and `shown` the time whose reasons stood
    beside it: nobody overrides what they have not read.
    """

    date: WallDate = Field(json_schema_extra={"messages": {"missing": "Enter the date."}})
    time: WallTime = Field(json_schema_extra={"messages": {"missing": "Enter the time of the start."}})
    instead: OfferedInstant | None = None
    override: OverrideReason | None = Field(default=None, json_schema_extra={"messages": {"enum": _WHY}})
    shown: OfferedInstant | None = None

    def starts(self, zone: str) -> list[datetime]:
        """None for a time that the clock skips, two for one that it shows twice."""
        if self.instead is not None:
            return [self.instead.astimezone(UTC)]
        return instants_when_reads(datetime.combine(self.date, self.time), zone)

    def overriding(self, start: datetime, staff: StaffSession) -> Override | None:
        if self.override is None or self.shown != start:
            return None
        return Override(staff.staff_id, staff.roles, self.override)
