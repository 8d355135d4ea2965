"""What a front end sent for a question, as the values that are kept: by the rules of the page, in the words of the page."""

from services.intake.api.draft_models import AnswerIn
from services.intake.api.opened_draft import members
from services.intake.api.questions import as_typed, field_names, plain
from services.intake.domain.draft import ClinicRules
from services.intake.domain.guided.accept import KEPT_TIME, PageRefused, PageUnknown, accept, kept_time, skipped
from services.intake.domain.guided.answers import Values
from services.intake.domain.guided.birth import UnderAge
from services.intake.domain.guided.walk import Walk
from services.intake.pages.guided.opened import Opened
from services.intake.pages.guided.spoken import Spoken
from services.intake.problems import AdultsOnly, RequestSent
from shared.web.problems import FieldError, InvalidInput


def accepted(slug: str, sent: AnswerIn, opened: Opened, spoken: Spoken, rules: ClinicRules) -> Values:
    """Raises InvalidInput with a pointer for every wrong field, AdultsOnly for a minor.

    Raises RequestSent for what could not be kept in any case, when the request was sent meanwhile.
    """
    try:
        if opened.draft.sent:
            return values_of(slug, sent, opened.walk, rules)
        refuse_unknown(slug, sent, opened.walk, spoken)
        _refuse_half_a_time(sent)
        return values_of(slug, sent, opened.walk, rules)
    except UnderAge:
        raise AdultsOnly(members=members(opened.at_risk, spoken, other_help=_other_help(spoken))) from None
    except PageRefused as refused:
        errors = wrong_fields(refused, spoken)
    except InvalidInput as refused:
        errors = list(refused.errors)
    except PageUnknown:
        if (mine := opened.sent_as) is None:
            raise
        raise RequestSent(
            members=members(opened.at_risk, spoken, request=f"/api/consultation-requests/{mine}")
        ) from None
    raise InvalidInput(errors=errors, members=members(opened.at_risk, spoken))


def values_of(slug: str, sent: AnswerIn, walk: Walk, rules: ClinicRules) -> Values:
    """Raises PageRefused; InvalidInput for a question that cannot be left out; what `accept` raises."""
    if not sent.skip:
        return accept(slug, as_typed(sent.values), walk, rules)
    if (left_out := skipped(slug)) is None:
        raise InvalidInput(errors=[FieldError("This question needs an answer.", pointer="#/skip")])
    return left_out


def refuse_unknown(slug: str, sent: AnswerIn, walk: Walk, spoken: Spoken) -> None:
    """Raises InvalidInput."""
    known = field_names(slug, walk, spoken)
    if unknown := [name for name in sent.values if name not in known]:
        raise InvalidInput(
            errors=[FieldError("This question has no such field.", pointer=_pointer(name)) for name in unknown]
        )


def wrong_fields(refused: PageRefused, spoken: Spoken) -> list[FieldError]:
    return [
        FieldError(said.in_language(spoken.language), pointer=_pointer(name)) for name, said in refused.errors.items()
    ]


def _refuse_half_a_time(sent: AnswerIn) -> None:
    """A page leaves out what is not as scheduling said it; a program is told, or its person would lose a time unawares."""
    given = [name for name in KEPT_TIME if sent.values.get(name)]
    if given and not kept_time(as_typed(sent.values)):
        raise InvalidInput(
            errors=[FieldError(f"Send {', '.join(KEPT_TIME)} as they were told.", pointer=_pointer(given[0]))]
        )


def _other_help(spoken: Spoken) -> dict[str, object]:
    minor = spoken.texts.guided.minor
    return {
        "heading": plain(spoken.say(minor.heading)),
        "text": [plain(spoken.say(one)) for one in minor.text],
        "now": plain(spoken.say(minor.now)),
        "ask": plain(spoken.say(minor.ask)),
    }


def _pointer(name: str) -> str:
    """RFC 6901."""
    return "#/values/" + name.replace("~", "~0").replace("/", "~1")
