"""`/`: what the clinic does, one thing to do, and what to know first."""

from fastapi import APIRouter, Response

from shared.web.dependencies import ThePages

router = APIRouter(include_in_schema=False)


@router.get("/")
async def home(pages: ThePages) -> Response:
    return pages.page("home.html")
