"""What who asks hears while the database cannot do its work."""

import httpx

from shared.ids import uuid7
from tests.faults.clinic import Clinic

ASKED = {
    "name": "Ines Marchetti",
    "email": "ines.marchetti@example.com",
    "reasons": ["depression"],
    "consents": ["contact-email-1"],
}


async def told_to_come_back(clinic: Clinic) -> bool:
    """503 with a reason and when to try again; every process lives meanwhile."""
    async with httpx.AsyncClient(base_url=clinic.addresses.public_url, timeout=30) as client:
        program = await client.post("/api/consultation-requests", json=ASKED, headers={"Idempotency-Key": str(uuid7())})
    alive = [await clinic.health(name, "/livez") for name in clinic.services]
    return (
        program.status_code == 503
        and int(program.headers["retry-after"]) > 0
        and program.headers["content-type"] == "application/problem+json"
        and bool(program.json()["title"])
        and alive == [200] * len(alive)
    )
