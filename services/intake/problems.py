"""How intake's refusals look from outside. Routes import the errors from here, so that each is described before them."""

from services.intake.domain.consultation_request import (
    ConsultationBegan,
    RequestChanged,
    RequestDeclined,
    RequestNotFound,
    RequestWithdrawn,
)
from services.intake.domain.screening import RuleSetBroken
from services.intake.domain.screening.version import ChangedSinceSeen, ItemNotFound, NotADraft, VersionNotFound
from services.intake.use_cases.finish_follow_up import FollowUpNotFound
from services.intake.use_cases.see_my_request import LinkExpired, LinkUnknown
from shared.web.problems import describe

__all__ = [
    "ChangedSinceSeen",
    "ConsultationBegan",
    "FollowUpNotFound",
    "ItemNotFound",
    "LinkExpired",
    "LinkUnknown",
    "NotADraft",
    "RequestChanged",
    "RequestDeclined",
    "RequestNotFound",
    "RequestWithdrawn",
    "RuleSetBroken",
    "VersionNotFound",
]

describe(
    RequestNotFound,
    status=404,
    title="There is no such request",
    what_to_do="Look it up in the list of requests.",
)
describe(
    FollowUpNotFound,
    status=404,
    title="There is no such follow-up",
    what_to_do="Open the list of requests again: somebody may have changed it.",
)
describe(
    LinkUnknown,
    status=404,
    title="This link does not lead to a request",
    what_to_do=(
        "Check that the address is complete: mail programs sometimes break a long link in two. "
        "If it still does not work, call us and we look your request up by your name."
    ),
)
describe(
    LinkExpired,
    status=410,
    title="This link has ended",
    what_to_do="For your safety a link works for half a year. Call us, and we look your request up by your name.",
)
describe(
    ConsultationBegan,
    status=409,
    title="It is too late to withdraw here",
    what_to_do="The time of your consultation has come. Call us, and we find another way together.",
)
describe(
    RequestWithdrawn,
    status=409,
    title="This request was withdrawn",
    what_to_do="Nobody wants the consultation any more. If the patient changed their mind, enter a new request.",
)
describe(
    RequestDeclined,
    status=409,
    title="This request was declined",
    what_to_do="The patient has been told. If the clinic can help after all, call them and enter a new request.",
)
describe(
    RequestChanged,
    status=409,
    title="Somebody did something with this request in the meantime",
    what_to_do="Nothing of yours was done. Open the request again, read what is new, and decide then.",
)
describe(
    VersionNotFound,
    status=404,
    title="There is no such version",
    what_to_do="Open the list of screening rules and choose one from there.",
)
describe(
    ItemNotFound,
    status=404,
    title="These rules have no such item",
    what_to_do="Open the version again and choose an item from there.",
)
describe(
    NotADraft,
    status=409,
    title="This version does not change any more",
    what_to_do="Requests were screened under it. Make a new draft from it, and change that one.",
)
describe(
    ChangedSinceSeen,
    status=409,
    title="Somebody changed this draft in the meantime",
    what_to_do="Nothing was saved. Open the version again, read what is new, and decide then.",
)
describe(
    RuleSetBroken,
    status=409,
    title="The rules of this version cannot be read",
    what_to_do="This release does not understand them. Work from another version, and tell whoever runs the system.",
)
