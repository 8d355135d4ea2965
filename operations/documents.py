"""Documents made from code: event schemas, AsyncAPI, OpenAPI, problems, settings. `python -m operations.documents`.

They are committed, and a test fails when one is not what the code says.
"""

import importlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr
from pydantic_core import PydanticUndefined

from services.intake.settings import IntakeSettings
from services.notifications.settings import NotificationsSettings
from services.scheduling.settings import SchedulingSettings
from shared.database.roles import SERVICES
from shared.events.catalogue import TOPICS, Topic
from shared.settings import ClinicIdentity, FurtherClinic, Settings
from shared.web.problem_catalogue import FILE as PROBLEMS
from shared.web.problems import Problem, described_errors, description_of

ROOT = Path(__file__).resolve().parent.parent

HEADERS: dict[str, tuple[str, bool]] = {
    "ce_specversion": ("CloudEvents version, 1.0", True),
    "ce_id": ("UUIDv7 of this event; the same when it is sent again", True),
    "ce_type": ("Topic and major version, such as consultation-requested.v1", True),
    "ce_source": ("The service that says it", True),
    "ce_subject": ("Id of the aggregate it is about", True),
    "ce_time": ("When it happened, RFC 3339 in UTC", True),
    "ce_clinicid": ("The clinic", True),
    "ce_subjectversion": ("Version of the aggregate after the change; never falls for one subject", True),
    "ce_correlationid": ("Names the whole story this event belongs to", True),
    "ce_causationid": ("Id of the event that led to this one", False),
    "ce_logepoch": ("Rises when the log was cut and filled again", True),
    "traceparent": ("W3C trace context", False),
    "content-type": ("application/json", True),
}


def _json(document: object) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def event_schema(topic: Topic) -> dict[str, Any]:
    """JSON Schema of a topic's body. `additionalProperties` stays open: consumers ignore what they do not know."""
    assert topic.model is not None
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **topic.model.model_json_schema(mode="serialization"),
    }


def asyncapi() -> dict[str, Any]:
    """AsyncAPI 3.0 of all topics that are said today."""
    said = [topic for topic in TOPICS.values() if topic.model is not None]
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    messages: dict[str, Any] = {}
    for topic in said:
        assert topic.model is not None
        channels[topic.name] = {
            "address": topic.name,
            "messages": {topic.name: {"$ref": f"#/components/messages/{topic.name}"}},
            "bindings": {"kafka": {"topic": topic.name, "partitions": topic.partitions, "bindingVersion": "0.5.0"}},
        }
        messages[topic.name] = {
            "name": topic.model.type_name(),
            "title": topic.model.__name__,
            "summary": (topic.model.__doc__ or "").strip().splitlines()[0],
            "contentType": "application/json",
            "headers": {"$ref": "#/components/schemas/cloudevent-headers"},
            "payload": {"$ref": f"../shared/events/schemas/{topic.name}.v{topic.model.version}.json"},
            "x-kind": topic.kind.value,
        }
        operations[f"{topic.said_by}-says-{topic.name}"] = _operation("send", topic)
        for hearer in topic.heard_by:
            if hearer_reacts(hearer, topic.name):
                operations[f"{hearer}-hears-{topic.name}"] = _operation("receive", topic)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Chairside events",
            "version": "1.0.0",
            "description": "CloudEvents 1.0 in Kafka's binary mode. The key is clinic id and patient id.",
        },
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": {"cloudevent-headers": _headers()}},
    }


def _operation(action: str, topic: Topic) -> dict[str, Any]:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{topic.name}"},
        "messages": [{"$ref": f"#/channels/{topic.name}/messages/{topic.name}"}],
    }


def _headers() -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: {"type": "string", "description": words} for name, (words, _) in HEADERS.items()},
        "required": sorted(name for name, (_, needed) in HEADERS.items() if needed),
    }


def hearer_reacts(service: str, topic: str) -> bool:
    """Whether a service has a reaction to a topic, by its own declaration."""
    return any(reaction.model.topic == topic for part in _app(service).SERVICE.reactions for reaction in part)


def _app(service: str) -> Any:
    return importlib.import_module(f"services.{service}.app")


def _paper_settings() -> Settings:
    """Enough to build an app that is never started."""
    return Settings(environment="demo", database_url=SecretStr("postgresql://nowhere/chairside"))


def openapi(service: str) -> dict[str, Any]:
    """OpenAPI 3.1 of one service."""
    return _app(service).build(_paper_settings()).openapi()


def problem_catalogue() -> list[dict[str, Any]]:
    """Every problem that any of the services may tell."""
    for service in SERVICES:
        _app(service)
    told = {description_of(error) for error in (*described_errors(), *_kinds_of(Problem)) if _is_ours(error)}
    return [asdict(what) for what in sorted(told, key=lambda what: what.slug)]


def _kinds_of(problem: type[Problem]) -> Iterator[type[Problem]]:
    for kind in problem.__subclasses__():
        yield kind
        yield from _kinds_of(kind)


def _is_ours(error: type[Exception]) -> bool:
    """Tests have problems of their own."""
    return error.__module__.startswith(("services.", "shared."))


def settings_table() -> str:
    """Every setting as a Markdown table: variable, default, meaning."""
    rows = ["# Settings", "", "Each is an environment variable, or a file of that name in `/run/secrets`.", ""]
    rows += ["| variable | default | meaning |", "| --- | --- | --- |"]
    for prefix, model in (
        ("", Settings),
        ("CLINIC_", ClinicIdentity),
        ("", IntakeSettings),
        ("", SchedulingSettings),
        ("", NotificationsSettings),
    ):
        rows += list(_settings_rows(prefix, model))
    rows += [
        "",
        "## A further clinic",
        "",
        "What each object in `MORE_CLINICS` says. No environment variable stands in for it.",
        "",
    ]
    rows += ["| field | default | meaning |", "| --- | --- | --- |"]
    rows += list(_settings_rows("", FurtherClinic, spelt=str))
    return "\n".join(rows) + "\n"


def _settings_rows(prefix: str, model: type[BaseModel], *, spelt: Callable[[str], str] = str.upper) -> Iterator[str]:
    for name, field in model.model_fields.items():
        if name == "clinic":
            continue
        default = field.default
        if default is PydanticUndefined:
            shown = "*required*"
        elif isinstance(default, SecretStr):
            shown = f"`{default.get_secret_value()}`" if default.get_secret_value() else ""
        elif isinstance(default, dict):
            shown = f"`{json.dumps(default, ensure_ascii=False)}`" if default else ""
        elif isinstance(default, list):
            shown = f"`{','.join(default)}`" if default else ""
        else:
            shown = f"`{default}`".replace("\n", "\\n") if default not in ("", None) else ""
        yield f"| `{prefix}{spelt(name)}` | {shown} | {field.description} |"


def documents() -> dict[Path, str]:
    """Every generated file, as it should stand."""
    files = {ROOT / "docs" / "asyncapi.json": _json(asyncapi()), ROOT / "docs" / "settings.md": settings_table()}
    for topic in TOPICS.values():
        if topic.model is not None:
            name = f"{topic.name}.v{topic.model.version}.json"
            files[ROOT / "shared" / "events" / "schemas" / name] = _json(event_schema(topic))
    files[PROBLEMS] = _json(problem_catalogue())
    for service in SERVICES:
        files[ROOT / "docs" / "openapi" / f"{service}.json"] = _json(openapi(service))
    return files


def main() -> None:
    """Writes them all."""
    for path, text in documents().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


if __name__ == "__main__":
    main()
