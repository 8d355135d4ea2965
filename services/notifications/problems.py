"""How this service's refusals look from outside."""

from services.notifications.domain.staff import AlreadyInvited, LastAdministrator, NoRole, StaffNotFound
from services.notifications.store.inbox_items import ItemNotFound
from shared.web.problems import describe

describe(ItemNotFound, status=404, title="There is no such item in the inbox")
describe(StaffNotFound, status=404, title="Nobody of that name works here")
describe(AlreadyInvited, status=409, title="There is an account with this e-mail")
describe(NoRole, status=422, title="Choose at least one role")
describe(
    LastAdministrator,
    status=409,
    title="This is the last administrator",
    what_to_do="Make somebody else an administrator first. Nothing was changed.",
)
