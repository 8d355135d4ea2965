"""What taking a request needs, asked for by every door as one thing: `desk: TheDesk`.

One dependency and not seven: the framework spends more on handing over each than on what it hands over, and this is where
most requests come in.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from shared.clock import Clock
from shared.database import Database
from shared.keyring import Keyring
from shared.settings import Settings
from shared.web.form_key import FormKeys
from shared.web.idempotency import Answers


@dataclass(frozen=True, slots=True)
class Desk:
    database: Database
    keyring: Keyring
    answers: Answers
    form_keys: FormKeys
    clock: Clock
    settings: Settings


def desk_of(request: Request) -> Desk:
    state = request.app.state
    return Desk(state.database, state.keyring, state.answers, state.form_keys, state.clock, state.settings)


async def _desk(request: Request) -> Desk:
    return desk_of(request)


TheDesk = Annotated[Desk, Depends(_desk)]
