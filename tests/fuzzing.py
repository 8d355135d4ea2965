"""Whatever may be sent to a documented API, and what its answers must then be like."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
from hypothesis import strategies as st

FENCES = {403, 413, 415, 422, 429, 503}
"""What stands before every route, whether or not the route says so."""
ODD = st.sampled_from(
    ["", "self", "other", "en", "es", "xx", "no", "yes", "0", "-1", "9" * 40, "\u202e", "\ud800", "../..", "1984-07-19"]
)
TEXT = ODD | st.text(max_size=60)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def fitting(
    schema: dict[str, Any], document: dict[str, Any], names: st.SearchStrategy[str] = TEXT
) -> st.SearchStrategy[Any]:
    """What the document says may be sent, with the odd value among it. `names` are those of free dictionaries."""
    if ref := schema.get("$ref"):
        return fitting(document["components"]["schemas"][ref.rpartition("/")[2]], document, names)
    if one_of := schema.get("anyOf"):
        return st.one_of(*(fitting(one, document, names) for one in one_of))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    match schema.get("type"):
        case "object" if "properties" in schema:
            needed = set(schema.get("required", ()))
            fields = {name: fitting(one, document, names) for name, one in schema["properties"].items()}
            return st.fixed_dictionaries(
                {name: one for name, one in fields.items() if name in needed},
                optional={name: one for name, one in fields.items() if name not in needed},
            )
        case "object":
            return st.dictionaries(names, fitting(schema.get("additionalProperties", {}), document, names), max_size=4)
        case "array":
            return st.lists(fitting(schema["items"], document, names), max_size=4)
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(-2, 2_000_000_000)
        case "null":
            return st.none()
        case _:
            return TEXT


def operations(document: dict[str, Any], public: tuple[str, ...]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and description of each under these paths."""
    for path, methods in document["paths"].items():
        if path.startswith(public):
            for method, operation in methods.items():
                yield method, path, operation


def expect_described(
    answer: httpx.Response, path: str, operation: dict[str, Any], media_type: str = "application/problem+json"
) -> None:
    """The document says that this may be answered, and a refusal is of this kind."""
    described = {int(status) for status in operation["responses"]}
    asked = answer.request.url.path
    if "//" in asked or asked.endswith("/") or asked.count("/") != path.count("/"):
        described |= {404, 405, 308, 307}  # an empty or a double step leads to another route, or to none
    assert answer.status_code in described | FENCES, (
        f"{answer.request.method} {path}: {answer.status_code} {answer.text}"
    )
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == media_type


def step(text: str) -> str:
    """As one step of a path, whatever stands in it."""
    return quote(text.encode("utf-8", "replace"), safe="")
