"""Somebody takes risks that were raised, as intake hears of it."""

from services.intake.reactions import alert_acknowledged
from shared.events.risk import AlertAcknowledged
from shared.ids import uuid7
from tests.integration.intake.conftest import Intake, heard


async def take_all_risks(intake: Intake, level: str = "%") -> None:
    """Or those of one level."""
    for flag in await intake.rows("select id, patient_id from risk_flag where level like $1", level):
        taken = AlertAcknowledged(
            clinic_id=intake.clinic_id,
            patient_id=flag["patient_id"],
            alert_id=flag["id"],
            staff_id=uuid7(),
            acknowledged_at=intake.clock.now(),
            channel="inbox",
        )
        await intake.hear(alert_acknowledged.record_acknowledgements, heard(taken, 1, flag["id"]))
