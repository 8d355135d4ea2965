"""`/problems`: what each problem means and what to do about it, in words for whoever followed its `type`."""

from fastapi import APIRouter, Response

from shared.web.dependencies import ThePages
from shared.web.problem_catalogue import problem_catalogue
from shared.web.problems import NotFound

router = APIRouter(include_in_schema=False)


@router.get("/problems")
async def every(pages: ThePages) -> Response:
    return pages.page("problems.html", title="Problems, and what to do", problems=list(problem_catalogue().values()))


@router.get("/problems/{name}")
async def one(name: str, pages: ThePages) -> Response:
    what = problem_catalogue().get(name)
    if what is None:
        raise NotFound
    return pages.page("problems.html", title=what.title, problems=[what])
