"""What the doors of a request that is asked question by question call before it begins: `await may_begin(request, desk)`."""

from math import ceil

from starlette.requests import Request

from services.intake.desk import Desk
from services.intake.problems import TooManyBegun
from services.intake.settings import IntakeSettings
from services.intake.use_cases.count_beginning import Beginnings
from shared.keyring.blind_index import BlindIndex
from shared.web.client_address import client_address, is_somebody, network_of


async def may_begin(request: Request, desk: Desk) -> None:
    """Counts one, in a transaction of its own and before a key is made. Raises TooManyBegun.

    The clinic's own rooms, and a front door that does not say whom it lets in, are everybody and not counted.
    """
    network = network_of(client_address(request))
    if not is_somebody(network):
        return
    async with desk.database.transaction() as tx:
        wait = await _beginnings(request).count(tx, desk.settings.clinic.id, network)
    if wait is not None:
        raise TooManyBegun(desk.settings.clinic, retry_after=ceil(wait.total_seconds()))


def _beginnings(request: Request) -> Beginnings:
    state = request.app.state
    if not hasattr(state, "beginnings"):
        index = BlindIndex.from_settings(state.settings, "intake")
        state.beginnings = Beginnings(index, IntakeSettings().address_beginnings_an_hour)
    return state.beginnings
