"""`chairside staff`, as an operator types it."""

import asyncio

import pytest
from typer.testing import CliRunner, Result

from operations.staff import app
from tests.integration.notifications.front import PASSWORD, Front, sign_in


async def _typed(*words: str) -> Result:
    return await asyncio.to_thread(CliRunner().invoke, app, list(words))


async def test_an_invited_person_sets_a_password_and_is_shut_out_again(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", front.place.settings.database_url.get_secret_value())
    monkeypatch.setenv("ENVIRONMENT", "development")
    ada = ("invite", "ada@example.com", "--name", "Ada Lindqvist", "--role", "administrator")
    rita = ("invite", "Rita@example.com", "--name", "Rita Imura", "--role", "front-desk", "--role", "nurse")
    assert (await _typed(*ada)).exit_code == 0
    invited = await _typed(*rita)

    path = invited.stdout.split("8080", 1)[1].split()[0]
    await front.browser().post(path, data={"password": PASSWORD, "repeated": PASSWORD})
    assert (await sign_in(front.browser(), "rita@example.com")).status_code == 303
    assert "Rita Imura" in (await _typed("list")).stdout

    assert (await _typed("deactivate", "rita@example.com")).exit_code == 0
    assert (await sign_in(front.browser(), "rita@example.com")).status_code == 401
    assert (await _typed(*rita)).exit_code != 0
    assert (await _typed("deactivate", "ada@example.com")).exit_code != 0
