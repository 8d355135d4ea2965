"""`/problems`: what each problem means and what to do about it, in words for whoever followed its `type`.

The address is in answers and names no language, so the browser says which.
"""

from typing import Any

from fastapi import APIRouter, Request, Response

from shared.web.answers import frame_for
from shared.web.dependencies import ThePages
from shared.web.problem_catalogue import problem_catalogue
from shared.web.problem_words import ENGLISH, words_in
from shared.web.problems import Description, NotFound

router = APIRouter(include_in_schema=False)


@router.get("/problems")
async def every(request: Request, pages: ThePages) -> Response:
    return _page(request, pages, list(problem_catalogue().values()))


@router.get("/problems/{name}")
async def one(name: str, request: Request, pages: ThePages) -> Response:
    what = problem_catalogue().get(name)
    if what is None:
        raise NotFound
    return _page(request, pages, [what])


def _page(request: Request, pages: ThePages, found: list[Description]) -> Response:
    frame = frame_for(request)
    words = words_in(frame.language if frame else ENGLISH)
    around: dict[str, Any] = {"frame": frame} if frame else {}
    told = [(words.of(what), bool(frame) and not words.has(what)) for what in found]
    return pages.page(
        "problems.html",
        headers={"Vary": "Accept-Language"},
        title=told[0][0].title if len(told) == 1 else words.page.all_problems,
        problems=told,
        problem_page=words.page,
        **around,
    )
