"""Everything that stood in a form, by its names: what may stand there is for the page to say."""

from starlette.datastructures import FormData

from services.intake.domain.guided.accept import Typed


def typed_in(form: FormData) -> Typed:
    """Files are left out: no page of ours asks for one."""
    return {name: [value for value in form.getlist(name) if isinstance(value, str)] for name in form}


def last_typed(form: FormData) -> dict[str, str]:
    """For fields that stand in a form once: the last value of each name."""
    return {name: value for name, value in form.items() if isinstance(value, str)}
