"""Generated documents say what the code says, and no event changed in a way that breaks whoever reads it."""

import json
from pathlib import Path

import pytest

from operations.documents import ROOT, asyncapi, documents, event_schema
from shared.events.catalogue import TOPICS

SCHEMAS = ROOT / "shared" / "events" / "schemas"


@pytest.mark.parametrize("path", sorted(documents()), ids=lambda path: path.name)
def test_a_document_is_what_the_code_says(path: Path):
    assert path.exists(), f"{path.name} is missing: run `make docs`"
    assert path.read_text() == documents()[path], f"{path.name} is out of date: run `make docs`"


def test_no_schema_is_left_of_an_event_that_is_gone():
    assert set(SCHEMAS.iterdir()) == {path for path in documents() if path.parent == SCHEMAS}


def test_every_topic_that_is_said_is_in_the_asyncapi_document():
    assert set(asyncapi()["channels"]) == {topic.name for topic in TOPICS.values() if topic.model is not None}


@pytest.mark.parametrize("name", sorted(topic.name for topic in TOPICS.values() if topic.model is not None))
def test_an_event_keeps_every_field_that_its_released_schema_requires(name: str):
    topic = TOPICS[name]
    assert topic.model is not None
    released = json.loads((SCHEMAS / f"{name}.v{topic.model.version}.json").read_text())
    today = event_schema(topic)
    assert set(released.get("required", [])) <= set(today["properties"])
    for field, shape in released["properties"].items():
        assert field in today["properties"], f"{name} lost {field}: that is a new major version"
        assert shape.get("type") == today["properties"][field].get("type")
