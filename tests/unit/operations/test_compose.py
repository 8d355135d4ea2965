"""docker-compose.yml gives each service what it must have to speak to the others: `serve` refuses to start without."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from pydantic import SecretStr

from shared.database.roles import SERVICES
from shared.web.service_token import require_service_keys
from shared.web.signing_keys import new_key_pair, read_key

COMPOSE = Path("docker-compose.yml").read_text()


def said_in(text: str, name: str) -> str:
    found = re.search(rf"^ +{name}: '(.*)'$", text, re.MULTILINE)
    assert found, f"{name} is missing"
    return found[1]


def settings_of(service: str, **others: object) -> SimpleNamespace:
    own = COMPOSE.split(f"\n  {service}:\n")[1].split("\n\n")[0]
    given = {
        "service_token_private_key": SecretStr(said_in(own, "SERVICE_TOKEN_PRIVATE_KEY")),
        "service_token_public_keys": json.loads(said_in(COMPOSE, "SERVICE_TOKEN_PUBLIC_KEYS")),
    }
    return SimpleNamespace(**{**given, **others})


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_signs_with_the_key_that_the_others_believe(service: str):
    settings = settings_of(service)

    require_service_keys(settings, SERVICES)

    private = read_key(settings.service_token_private_key.get_secret_value(), service, private=True)
    public = read_key(settings.service_token_public_keys[service], service, private=False)
    assert private.as_dict(private=False)["x"] == public.as_dict()["x"]


def test_a_service_that_cannot_sign_or_not_believe_another_does_not_start():
    _, public = new_key_pair()
    for missing in ({"service_token_private_key": SecretStr("")}, {"service_token_public_keys": {"intake": public}}):
        with pytest.raises(ValueError, match="SERVICE_TOKEN"):
            require_service_keys(settings_of("intake", **missing), SERVICES)
