"""Staff took risk alerts upon themselves: the requests they came from stop asking for somebody."""

from collections.abc import Sequence

from services.intake.store import risk_flags
from shared.database import Transaction
from shared.events.risk import AlertAcknowledged


async def acknowledge_risks(tx: Transaction, heard: Sequence[AlertAcknowledged]) -> None:
    """The earliest acknowledgement of an alert stays, in whatever order they are heard."""
    requests = await risk_flags.hear_acknowledged(tx, heard)
    if requests:
        tx.changed("requests", *(f"request:{request_id}" for request_id in requests))
