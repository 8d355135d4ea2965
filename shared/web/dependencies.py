"""What routes ask for by type: `async def page(pages: ThePages, database: TheDatabase, clock: TheClock)`."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from shared.clock import Clock
from shared.database import Database
from shared.keyring import Keyring
from shared.keyring.ciphers import ServiceCipher
from shared.settings import Settings
from shared.web.form_key import FormKeys
from shared.web.idempotency import Answers
from shared.web.live import LiveHub
from shared.web.templating import Pages

# All are `async def`, because FastAPI would send plain functions through its thread pool on every request.


async def _database(request: Request) -> Database:
    return request.app.state.database


async def _clock(request: Request) -> Clock:
    return request.app.state.clock


async def _settings(request: Request) -> Settings:
    return request.app.state.settings


async def _keyring(request: Request) -> Keyring:
    return request.app.state.keyring


async def _sealer(request: Request) -> ServiceCipher:
    return request.app.state.sealer


async def _pages(request: Request) -> Pages:
    return request.app.state.pages


async def _live(request: Request) -> LiveHub:
    return request.app.state.live


async def _answers(request: Request) -> Answers:
    return request.app.state.answers


async def _form_keys(request: Request) -> FormKeys:
    return request.app.state.form_keys


TheDatabase = Annotated[Database, Depends(_database)]
TheClock = Annotated[Clock, Depends(_clock)]
TheSettings = Annotated[Settings, Depends(_settings)]
TheKeyring = Annotated[Keyring, Depends(_keyring)]
TheSealer = Annotated[ServiceCipher, Depends(_sealer)]
ThePages = Annotated[Pages, Depends(_pages)]
TheLive = Annotated[LiveHub, Depends(_live)]
TheAnswers = Annotated[Answers, Depends(_answers)]
TheFormKeys = Annotated[FormKeys, Depends(_form_keys)]
