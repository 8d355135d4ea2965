"""A form becomes a typed value, or sentences to show beside its fields with everything typed kept.

    form = parse_form(RequestForm, await request.form())
    if isinstance(form, FormErrors):
        return pages.page("request.html", status=422, errors=form.errors, typed=form.typed)

Messages of a field's own go into its schema: `Field(json_schema_extra={"messages": {"missing": "Enter your name."}})`,
by pydantic's error type. A ValueError raised in a validator is shown as it is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from starlette.datastructures import FormData

from shared.web.plain_words import say

M = TypeVar("M", bound=BaseModel)
Typed = dict[str, str | list[str]]
WHOLE_FORM = "form"
"""Under this name stand sentences about several fields together."""
_SEVERAL = (list, tuple, set, frozenset)


@dataclass(frozen=True, slots=True)
class FormErrors:
    """What to show again: one sentence per wrong field, in the order of the form, and what was typed."""

    errors: dict[str, str]
    typed: Typed = field(default_factory=dict)


def parse_form(model: type[M], form: FormData | Iterable[tuple[str, str]]) -> M | FormErrors:
    """The validated model, or FormErrors. Never raises for anything a person can send.

    Text is trimmed; an empty field counts as not filled in; unknown fields and files are ignored; a field whose type is
    a list, tuple or set takes every value of that name, any other takes the last.
    """
    typed = typed_values(model, form)
    filled = {name: value for name, value in typed.items() if value not in ("", [])}
    try:
        return model.model_validate(filled)
    except ValidationError as error:
        return FormErrors(_sentences(model, error), typed)


def typed_values(model: type[BaseModel], form: FormData | Iterable[tuple[str, str]]) -> Typed:
    """What stood in the form, by the names of the model's fields: for showing it again."""
    pairs = form.multi_items() if isinstance(form, FormData) else form
    several = {_name(key, info): _takes_several(info.annotation) for key, info in model.model_fields.items()}
    typed: Typed = {}
    for name, value in pairs:
        if name not in several or not isinstance(value, str):
            continue
        # A browser sends line ends as CR LF, whatever the person's machine does.
        value = value.replace("\r\n", "\n").strip()
        if several[name]:
            values = typed.setdefault(name, [])
            assert isinstance(values, list)
            if value:
                values.append(value)
        else:
            typed[name] = value
    return typed


def _sentences(model: type[BaseModel], error: ValidationError) -> dict[str, str]:
    fields = {_name(key, info): info for key, info in model.model_fields.items()}
    found: dict[str, str] = {}
    for one in error.errors(include_url=False, include_input=False):
        name = str(one["loc"][0]) if one["loc"] else WHOLE_FORM
        own = _messages(fields[name]) if name in fields else {}
        found.setdefault(name, own.get(one["type"]) or say(one))
    order = [*fields, WHOLE_FORM]
    return dict(sorted(found.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order)))


def _messages(info: FieldInfo) -> Mapping[str, str]:
    extra = info.json_schema_extra
    messages = extra.get("messages") if isinstance(extra, dict) else None
    return {str(kind): str(words) for kind, words in messages.items()} if isinstance(messages, dict) else {}


def _name(key: str, info: FieldInfo) -> str:
    return info.alias or key


def _takes_several(annotation: Any) -> bool:
    origin = get_origin(annotation)
    if annotation in _SEVERAL or origin in _SEVERAL:
        return True
    is_choice = origin is Union or type(annotation).__name__ == "UnionType"
    return is_choice and any(_takes_several(argument) for argument in get_args(annotation))
