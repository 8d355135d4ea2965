"""Settings say what is wrong and what to write."""

import pytest
from pydantic import SecretStr, ValidationError

from shared.settings import ClinicIdentity, Settings

DSN = SecretStr("postgresql://127.0.0.1/chairside")


def test_lists_are_written_with_commas():
    settings = Settings(environment="demo", database_url=DSN, kafka_bootstrap_servers="a:9092, b:9092")  # type: ignore[arg-type]

    assert settings.kafka_bootstrap_servers == ["a:9092", "b:9092"]


def test_production_refuses_secrets_that_are_known_to_everybody():
    with pytest.raises(ValidationError, match="FORM_KEY"):
        Settings(environment="production", database_url=DSN, form_key=SecretStr("demo-form-key"))


def test_production_refuses_an_embedded_broker():
    with pytest.raises(ValidationError, match="embedded"):
        Settings(environment="production", database_url=DSN, kafka_broker_kind="noida")


def test_an_unknown_zone_is_named_and_an_example_given():
    with pytest.raises(ValidationError, match="America/Denver"):
        ClinicIdentity(zone="Mars/Olympus")


def test_a_wrong_secret_is_never_shown_in_the_error():
    with pytest.raises(ValidationError) as caught:
        Settings(environment="nonsense", database_url=SecretStr("postgresql://user:hush@host/x"))  # type: ignore[arg-type]

    assert "hush" not in str(caught.value)
