"""Secrets, settings, ports of the demo."""

import json
import socket

import pytest

from operations.embedded.errors import EmbeddedError
from operations.stack.demo_secrets import DemoSecrets, demo_secrets
from operations.stack.environment import Addresses, in_database, job_environment, service_environment
from operations.stack.ports import chosen_port, free_ports
from shared.database.roles import SERVICES
from shared.messaging.broker_kinds import KAFKA, NOIDA
from shared.settings import Settings

ADDRESSES = Addresses(
    admin_dsn="postgresql://postgres@/postgres?host=/run/here",
    bootstrap="127.0.0.1:9092",
    broker_kind=NOIDA,
    smtp_port=2525,
    door_port=8080,
    service_ports={service: [8001 + number] for number, service in enumerate(SERVICES)},
)


def test_secrets_are_the_same_at_the_next_start(tmp_path):
    path = tmp_path / "secrets.json"
    first = demo_secrets(path)
    assert demo_secrets(path) == first
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_broken_file_of_secrets_is_not_replaced_behind_ones_back(tmp_path):
    path = tmp_path / "secrets.json"
    path.write_text("{")
    with pytest.raises(EmbeddedError, match="bring the file back"):
        demo_secrets(path)
    assert path.read_text() == "{"


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_starts_with_its_settings_and_no_other_services_secrets(service, monkeypatch):
    secrets = DemoSecrets()
    environment = service_environment(service, ADDRESSES, secrets)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings = Settings(_secrets_dir=None)
    assert settings.environment == "demo"
    assert settings.database_url.get_secret_value().startswith("postgresql://postgres@/chairside?")
    assert settings.service_token_public_keys.keys() == set(SERVICES)
    others = [name for name in SERVICES if name != service]
    foreign = [secrets.sealing_keys[name] for name in others] + [secrets.database_passwords[name] for name in others]
    assert not set(foreign) & set(environment.values())
    assert (secrets.staff_token.private in environment.values()) == (service == "notifications")


@pytest.mark.parametrize("service", SERVICES)
def test_production_refuses_every_one_of_them(service, monkeypatch):
    for name, value in service_environment(service, ADDRESSES, DemoSecrets()).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("ENVIRONMENT", "production")
    monkeypatch.setenv("KAFKA_BROKER_KIND", "kafka")
    with pytest.raises(ValueError, match="production refuses demo secrets") as refusal:
        Settings(_secrets_dir=None)
    for name in ("FORM_KEY", "SEALING_KEY", "KEYRING_MASTER_KEY", "SERVICE_TOKEN_PRIVATE_KEY", "DATABASE_PASSWORD"):
        assert name in str(refusal.value)


def test_jobs_know_every_role():
    environment = job_environment(ADDRESSES, DemoSecrets())
    for service in SERVICES:
        assert environment[f"{service.upper()}_DATABASE_PASSWORD"].startswith("demo-")
        assert environment[f"{service.upper()}_OWNER_PASSWORD"].startswith("demo-")
    assert json.loads(environment["SERVICE_TOKEN_PUBLIC_KEYS"]).keys() == set(SERVICES)


def test_a_dsn_moves_to_another_database_of_the_same_server():
    assert in_database("postgresql://a:b@db:5433/postgres?ssl=require", "x") == "postgresql://a:b@db:5433/x?ssl=require"


def test_a_port_that_was_asked_for_and_is_taken_is_an_error():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(EmbeddedError, match=f"port {port} is taken"):
            chosen_port(port, 8080)
        assert chosen_port(None, port) != port


def test_ports_handed_out_together_differ():
    assert len(set(free_ports(20))) == 20


def test_what_a_broker_cannot_do_is_said():
    assert KAFKA.shortfalls() == ()
    assert NOIDA.needs_static_members
    assert len(NOIDA.shortfalls()) == 6
