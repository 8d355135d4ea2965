"""An answer that cannot be kept: a risk in it is raised all the same, and answered with help."""

from dataclasses import replace

from services.intake.desk import Desk
from services.intake.domain.guided.answers import Values
from services.intake.pages.guided.opened import Opened
from services.intake.use_cases.save_page import raise_what_was_said


async def hear(opened: Opened, desk: Desk, slug: str, signs: Values) -> Opened:
    """As it stands then: from a sign on there is help on every page of it."""
    if not signs:
        return opened
    async with desk.database.transaction() as tx:
        raised = await raise_what_was_said(tx, opened.token, opened.walk.answers.with_page(slug, signs))
    return replace(opened, draft=raised)
