"""The request behind a link, and the language that is spoken with it, as the JSON routes ask for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request

from services.intake.api.models import UrgentHelpOut
from services.intake.api.questions import plain
from services.intake.desk import TheDesk, desk_of
from services.intake.domain.guided.unsent import DraftUnknown
from services.intake.domain.words import ENGLISH
from services.intake.pages.guided.opened import Opened, open_by_link
from services.intake.pages.guided.spoken import Spoken
from services.intake.pages.site import Site
from services.intake.problems import DraftEnded
from shared.web.problems import FieldError, InvalidInput

Token = Annotated[str, Path(max_length=200, description="The secret part of the link, from `Location`.")]
Language = Annotated[
    str | None, Query(max_length=20, description="Of the words: `en` or `es`. What the person chose when left out.")
]


async def _opened(token: Token, desk: TheDesk) -> Opened:
    """Raises DraftEnded."""
    try:
        return await open_by_link(token, desk)
    except DraftUnknown:
        raise DraftEnded from None


TheDraft = Annotated[Opened, Depends(_opened)]


@dataclass(frozen=True, slots=True)
class OpenedHere:
    """What a refusal has to know of the request it is about: also one that is made before the route is called."""

    opened: Opened
    spoken: Spoken


async def opened_here(request: Request) -> OpenedHere | None:
    """By the address alone; None where it names no request that was begun."""
    if (token := request.path_params.get("token")) is None:
        return None
    try:
        opened = await open_by_link(token, desk_of(request))
    except DraftUnknown:
        return None
    site: Site = request.app.state.site
    language = request.query_params.get("language")
    return OpenedHere(opened, _speaking(request, opened, language if language in site.languages else None))


async def _spoken(request: Request, opened: TheDraft, language: Language = None) -> Spoken:
    """Raises InvalidInput for a language that there is none of."""
    return _speaking(request, opened, language)


def _speaking(request: Request, opened: Opened, language: str | None) -> Spoken:
    site: Site = request.app.state.site
    if language is not None:
        return spoken_in(request, language, FieldError(_one_of(site), parameter="language"))
    chosen = opened.walk.answers.one("contact", "language") or opened.draft.language
    return spoken_in(request, chosen if chosen in site.languages else ENGLISH)


TheSpoken = Annotated[Spoken, Depends(_spoken)]


def spoken_in(request: Request, language: str, wrong: FieldError | None = None) -> Spoken:
    """Raises InvalidInput."""
    site: Site = request.app.state.site
    if language not in site.languages:
        raise InvalidInput(errors=[wrong or FieldError(_one_of(site), pointer="#/language")])
    return Spoken(site.texts(language), request.app.state.settings.clinic)


def urgent_help(at_risk: bool, spoken: Spoken) -> UrgentHelpOut | None:
    """What is said at once to somebody who told us of thoughts of suicide; None as long as nobody did."""
    return help_in(spoken) if at_risk else None


def help_in(spoken: Spoken) -> UrgentHelpOut:
    crisis, clinic = spoken.texts.guided.crisis, spoken.clinic
    return UrgentHelpOut(
        text=f"{plain(spoken.say(crisis.text))} {plain(spoken.say(crisis.ours))}",
        crisis_line=clinic.crisis_line,
        emergency_line=clinic.emergency_line,
    )


def members(at_risk: bool, spoken: Spoken, **others: Any) -> Mapping[str, Any]:
    """What a refusal carries beside its words: help too, when somebody needs it."""
    said = urgent_help(at_risk, spoken)
    return {**others, **({"urgent_help": said.model_dump()} if said else {})}


def _one_of(site: Site) -> str:
    return f"Choose one of: {', '.join(site.languages)}."
