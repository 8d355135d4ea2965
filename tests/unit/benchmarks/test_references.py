"""What a benchmark is compared with does the same work, or the comparison says nothing."""

import httpx

from benchmarks.fastapi_alone import app
from benchmarks.requests import PATH, REQUEST
from services.intake.api.models import ConsultationRequestOut


async def test_fastapi_alone_gives_an_answer_of_the_same_shape_as_the_service():
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://reference") as client:
        answer = await client.post(PATH, json=REQUEST)

    assert answer.status_code == 201
    assert ConsultationRequestOut.model_validate(answer.json()).links.status == answer.headers["Location"]
