"""A form that could not be taken just now goes back to who sent it: one button sends the same again, under the same key.

Without it the way on would be the empty form, with a new key: what was typed would be lost, and what had arrived after
all would be done a second time.
"""

from dataclasses import dataclass

from starlette.datastructures import FormData
from starlette.requests import ClientDisconnect, Request

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_SECRET = "password"  # noqa: S105 - the name of a field that is never written into a page


@dataclass(frozen=True, slots=True)
class SentForm:
    """Where it was sent, and every field in its order, repeated names too."""

    action: str
    fields: list[tuple[str, str]]


async def sent_form(request: Request) -> SentForm | None:
    """None when it was no form, or one whose fields may not stand in a page."""
    if request.method != "POST" or not request.headers.get("content-type", "").startswith(_FORMS):
        return None
    try:
        fields = typed_in(await request.form())
    except ClientDisconnect:
        return None
    if any(_SECRET in name for name, _ in fields):
        return None
    return SentForm(here(request), fields)


def here(request: Request) -> str:
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")


def typed_in(form: FormData) -> list[tuple[str, str]]:
    """A file cannot be carried in a hidden field and is left out."""
    return [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
