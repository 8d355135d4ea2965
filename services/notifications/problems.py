"""How this service's refusals look from outside."""

from services.notifications.domain.staff import AlreadyInvited, LastAdministrator, NoRole, StaffNotFound
from services.notifications.store.inbox_items import ItemNotFound
from shared.web.problems import describe

describe(
    ItemNotFound,
    status=404,
    title="There is no such item in the inbox",
    what_to_do="Open the inbox again: somebody may have dealt with it.",
    name="inbox-item-not-found",
)
describe(
    StaffNotFound,
    status=404,
    title="Nobody of that name works here",
    what_to_do="Open the list of people and choose somebody from there.",
)
describe(
    AlreadyInvited,
    status=409,
    title="There is an account with this e-mail",
    what_to_do="Look for it in the list of people; whoever left can be let in again there.",
)
describe(
    NoRole,
    status=422,
    title="Choose at least one role",
    what_to_do="Without a role nobody sees anything. Choose what this person does here.",
)
describe(
    LastAdministrator,
    status=409,
    title="This is the last administrator",
    what_to_do="Make somebody else an administrator first. Nothing was changed.",
)
