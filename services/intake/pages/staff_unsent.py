"""What staff see of a request that was not sent yet, in which a risk was seen: who it is, how to reach them, and the risk.

Nothing else of it: whoever has not sent a request has not given its other answers to the clinic.
"""

from typing import Any

from services.intake.domain.contact_rules import clean_phone, readable_phone, region_of
from services.intake.domain.guided.for_staff import signs
from services.intake.domain.reasons import WORDS
from services.intake.domain.refusal import NotPossible
from services.intake.use_cases.look_at_unsent import Unsent
from services.intake.use_cases.reveal_people import reveal_unsent
from shared.keyring import Keyring
from shared.settings import Settings


async def unsent_values(unsent: Unsent, keyring: Keyring, settings: Settings) -> dict[str, Any]:
    said = await reveal_unsent(keyring, [unsent.draft] if unsent.draft else [])
    answers = said.get(unsent.request_id)
    dials = _dials(answers.one("contact", "mobile"), region_of(settings.clinic.phone)) if answers else ""
    return {
        "unsent": unsent,
        "answers": answers,
        "names_away": said.names_away,
        "dials": dials,
        "phone": readable_phone(dials, region_of(settings.clinic.phone)) if dials else "",
        "signs": signs(answers) if answers else (),
        "words": WORDS,
        "with_staff": unsent.draft is not None and unsent.draft.with_staff,
    }


def _dials(typed: str, region: str) -> str:
    """In E.164; empty when nothing was typed, or nothing that can be dialled: then it is shown as it was typed."""
    try:
        return clean_phone(typed, region) if typed else ""
    except NotPossible:
        return ""
