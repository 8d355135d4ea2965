"""Where there is help at any hour, as data: in every refusal that makes somebody wait."""

from shared.settings import ClinicIdentity


def crisis_lines(clinic: ClinicIdentity) -> dict[str, str]:
    return {"crisis_line": clinic.crisis_line, "emergency_line": clinic.emergency_line, "clinic": clinic.phone}
