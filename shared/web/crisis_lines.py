"""Where there is help at any hour, as data: in every refusal that makes somebody wait."""

from starlette.requests import Request

from shared.settings import ClinicIdentity, Settings


def crisis_lines(clinic: ClinicIdentity) -> dict[str, str]:
    return {"crisis_line": clinic.crisis_line, "emergency_line": clinic.emergency_line, "clinic": clinic.phone}


def crisis_lines_here(request: Request) -> dict[str, str]:
    settings: Settings | None = getattr(request.app.state, "settings", None)
    return crisis_lines(settings.clinic if settings else ClinicIdentity())
