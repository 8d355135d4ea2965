"""The settings each process of the demo gets: everything it needs and no other service's secrets."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from operations.stack.demo_secrets import DemoSecrets
from shared.database.roles import DATABASE, KEYRING_DATABASE, SERVICES
from shared.messaging.broker_kinds import BrokerKind


@dataclass(frozen=True)
class Addresses:
    """Where everything listens, once it is known."""

    admin_dsn: str
    """Postgres, as a role that may create databases and roles."""
    bootstrap: str
    broker_kind: BrokerKind
    smtp_port: int
    door_port: int
    service_ports: Mapping[str, Sequence[int]]
    """A port for each replica of a service."""
    topic_copies: int | None = None
    """On how many brokers each record stands, where the settings of this process do not say it."""

    @property
    def public_url(self) -> str:
        return f"http://127.0.0.1:{self.door_port}"

    def service_url(self, service: str) -> str:
        """Where the other services find its replicas, with commas between."""
        return ",".join(f"http://127.0.0.1:{port}" for port in self.service_ports[service])


def in_database(dsn: str, database: str) -> str:
    """The same server, another database."""
    return urlunsplit(urlsplit(dsn)._replace(path=f"/{database}"))


def job_environment(addresses: Addresses, secrets: DemoSecrets) -> dict[str, str]:
    """For migrations, topics and the demo clinic: they prepare what all services use."""
    passwords = {
        f"{service.upper()}_{name}_PASSWORD": known[service]
        for name, known in (("DATABASE", secrets.database_passwords), ("OWNER", secrets.owner_passwords))
        for service in SERVICES
    }
    return {
        **_common(addresses, secrets),
        **passwords,
        "DATABASE_URL": addresses.admin_dsn,
        "KEYRING_URL": addresses.admin_dsn,
        "KEYRING_OWNER_PASSWORD": secrets.keyring_owner_password,
    }


def seed_environment(addresses: Addresses, secrets: DemoSecrets, staff_password: str) -> dict[str, str]:
    """For the demo clinic: like a job, but on the databases that the migrations have made."""
    return {
        **job_environment(addresses, secrets),
        "DATABASE_URL": in_database(addresses.admin_dsn, DATABASE),
        "KEYRING_URL": in_database(addresses.admin_dsn, KEYRING_DATABASE),
        "DEMO_STAFF_PASSWORD": staff_password,
    }


def service_environment(
    service: str, addresses: Addresses, secrets: DemoSecrets, *, replica: int = 0
) -> dict[str, str]:
    """For one replica of a service, counted from 0."""
    alone = {"DRAIN_SECONDS": "0"} if len(addresses.service_ports[service]) == 1 else {}
    signs_staff_in = {"STAFF_TOKEN_PRIVATE_KEY": secrets.staff_token.private} if service == "notifications" else {}
    return {
        **_common(addresses, secrets),
        **signs_staff_in,
        **alone,
        "LISTEN_HOST": "127.0.0.1",
        "LISTEN_PORT": str(addresses.service_ports[service][replica]),
        "DATABASE_URL": in_database(addresses.admin_dsn, DATABASE),
        "DATABASE_PASSWORD": secrets.database_passwords[service],
        "KEYRING_URL": in_database(addresses.admin_dsn, KEYRING_DATABASE),
        "SEALING_KEY": secrets.sealing_keys[service],
        "SERVICE_TOKEN_PRIVATE_KEY": secrets.service_tokens[service].private,
        "KAFKA_CLIENT_NAME": f"{service}-{replica + 1}",
    }


def _common(addresses: Addresses, secrets: DemoSecrets) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.endswith(("_PASSWORD", "_KEY"))}
    copies = {"KAFKA_REPLICATION_FACTOR": str(addresses.topic_copies)} if addresses.topic_copies else {}
    return {
        **inherited,
        **copies,
        "ENVIRONMENT": "demo",
        "PUBLIC_URL": addresses.public_url,
        "TRUSTED_PROXIES": "127.0.0.1",
        "KEYRING_PASSWORD": secrets.keyring_password,
        "KEYRING_MASTER_KEY": secrets.keyring_master_key,
        "FORM_KEY": secrets.form_key,
        "KAFKA_BOOTSTRAP_SERVERS": addresses.bootstrap,
        "KAFKA_BROKER_KIND": addresses.broker_kind.name,
        "STAFF_TOKEN_PUBLIC_KEY": secrets.staff_token.public,
        "SERVICE_TOKEN_PUBLIC_KEYS": json.dumps({name: pair.public for name, pair in secrets.service_tokens.items()}),
        "SMTP_URL": f"smtp://127.0.0.1:{addresses.smtp_port}",
        **{f"{service.upper()}_URL": addresses.service_url(service) for service in SERVICES},
    }
