"""Generated documents say what the code says, and no event changed in a way that breaks whoever reads it."""

import json
from pathlib import Path

import pytest

from operations.documents import ROOT, asyncapi, documents, event_schema
from shared.events.catalogue import TOPICS

pytestmark = pytest.mark.documents
SCHEMAS = ROOT / "shared" / "events" / "schemas"


@pytest.fixture(scope="module")
def generated() -> dict[Path, str]:
    return documents()


def test_every_document_is_what_the_code_says(generated: dict[Path, str]):
    stale = {path.name for path, said in generated.items() if not path.exists() or path.read_text() != said}

    assert stale == set(), "missing or out of date: run `make docs`"


def test_no_schema_is_left_of_an_event_that_is_gone(generated: dict[Path, str]):
    assert set(SCHEMAS.iterdir()) == {path for path in generated if path.parent == SCHEMAS}


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
