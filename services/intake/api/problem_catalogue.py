"""`/api/problems`: every problem that the product may tell, for front ends that show words of their own."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field

from shared.web.dependencies import TheSettings
from shared.web.problem_catalogue import problem_catalogue
from shared.web.problem_words import language_of, words_in
from shared.web.problems import CATALOGUE, Description, NotFound
from shared.web.problems import problems as may_refuse

router = APIRouter(prefix="/api/problems", tags=["problems"])


class ProblemOut(BaseModel):
    type: str = Field(description="As it stands in a problem; a page for people is there too.")
    name: str
    status: int
    title: str
    what_to_do: str


class CatalogueOut(BaseModel):
    problems: list[ProblemOut]


@router.get("", summary="All problems")
async def every(request: Request, response: Response, settings: TheSettings) -> CatalogueOut:
    """In the language of `Accept-Language`; what only staff meet is in English."""
    response.headers["Vary"] = "Accept-Language"
    return CatalogueOut(problems=[_view(what, request, settings.public_url) for what in problem_catalogue().values()])


@router.get("/{name}", summary="A problem", responses=may_refuse(NotFound))
async def one(
    name: Annotated[str, Path(max_length=100)], request: Request, response: Response, settings: TheSettings
) -> ProblemOut:
    response.headers["Vary"] = "Accept-Language"
    what = problem_catalogue().get(name)
    if what is None:
        raise NotFound
    return _view(what, request, settings.public_url)


def _view(what: Description, request: Request, public_url: str) -> ProblemOut:
    what = words_in(language_of(request)).of(what)
    return ProblemOut(
        type=f"{public_url}{CATALOGUE}{what.slug}",
        name=what.slug,
        status=what.status,
        title=what.title,
        what_to_do=what.what_to_do,
    )
