"""What the rules of a request need to know of the clinic at this moment."""

from datetime import datetime

from services.intake.domain.contact_rules import region_of
from services.intake.domain.draft import ClinicRules
from shared.settings import ClinicIdentity


def clinic_rules(clinic: ClinicIdentity, now: datetime) -> ClinicRules:
    return ClinicRules(
        name=clinic.name,
        zone=clinic.zone,
        region=region_of(clinic.phone),
        phone_display=clinic.phone_display,
        today=now.astimezone(clinic.tzinfo).date(),
    )
