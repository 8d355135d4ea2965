"""Whom staff mean by a name. Names are intake's, which knows a whole one again without reading any (docs/decisions/0112)."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from services.scheduling.outside.intake import IntakeService, NobodyKnown, People

MOST = 50
"""Rows of the list of those who share a name."""
SILENT = "Names cannot be searched at this moment. A reference still finds its {what}."


async def _people(request: Request) -> People:
    state = request.app.state
    if not hasattr(state, "people"):
        state.people = IntakeService.from_settings(state.settings, state.clock)
    return state.people


ThePeople = Annotated[People, Depends(_people)]


async def named(people: People, typed: str) -> list[UUID]:
    """Empty for nobody. Raises IntakeSilent."""
    try:
        return await people.patients(typed)
    except NobodyKnown:
        return []
