"""Judges of FHIR's JSON: the models of `fhir.resources`, and what they leave out: fixed lists of codes, and invariants.

Its R4B says of Schedule, Slot, Appointment, Bundle, OperationOutcome and CapabilityStatement what R4 (4.0.1) says.
"""

from typing import Any

from fhir.resources.R4B import get_fhir_model_class
from pydantic import BaseModel


def judged(resource: dict[str, Any]) -> dict[str, Any]:
    """The same, if it is a resource of R4. Raises ValueError, AssertionError."""
    model = get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    _codes_are_known(model)
    for one in [resource, *(entry["resource"] for entry in resource.get("entry", ()))]:
        if one["resourceType"] == "Appointment":
            _keeps_invariants(one)
        if one["resourceType"] == "OperationOutcome":
            assert one["issue"]
    return resource


def _codes_are_known(model: BaseModel) -> None:
    """Of a format it lists the short names and the words "mime type"."""
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, BaseModel):
                _codes_are_known(one)
            elif one is not None and name != "format" and (known := extra.get("enum_values")):
                assert one in known, f"{type(model).__name__}.{name} is {one}"


def _keeps_invariants(appointment: dict[str, Any]) -> None:
    status, times = appointment["status"], {"start", "end"} & appointment.keys()
    assert len(times) in (0, 2), "app-2"
    assert times or status in {"proposed", "cancelled", "waitlist"}, "app-3"
    assert "cancelationReason" not in appointment or status in {"cancelled", "noshow"}, "app-4"
    assert appointment["participant"], "1..*"
    assert all("actor" in one or "type" in one for one in appointment["participant"]), "app-1"
