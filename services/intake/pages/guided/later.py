"""`/request/g/<token>/<language>/later`: how to come back to what was answered so far."""

from fastapi import APIRouter, Response

from services.intake.pages.guided.in_language import TheDrawn
from services.intake.pages.guided.opened import TheRequest, lead_to
from shared.web.dependencies import TheSettings

router = APIRouter(prefix="/request/g/{token}/{language}", include_in_schema=False)

LATER = "later"


@router.get(f"/{LATER}")
async def show(opened: TheRequest, drawn: TheDrawn, settings: TheSettings) -> Response:
    if mine := opened.sent_as:
        return lead_to(f"/r/{mine}")
    link = f"/request/g/{opened.token}"
    around = drawn.around(drawn.of_the_page(opened.token, LATER))
    return drawn.page("later.html", **around, address=settings.public_url + link, go_on=link)
