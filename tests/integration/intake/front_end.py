"""A front end that asks a request question by question: it knows no question beforehand, only how to draw a field."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.integration.intake.conftest import Intake

DRAFTS = "/api/consultation-requests/drafts"
ANSWERS: dict[str, Any] = {
    "who": "self",
    "born": "1984-07-19",
    "name": "Ines Marchetti",
    "email": "ines@example.com",
    "consents": ["contact-email-1"],
    "language": "en",
    "reasons": ["chronic-pain"],
    "safety": "no",
    "agreed": "privacy-1",
}
"""What a person with pain answers, by the names of fields; to everything else the mildest that is offered."""


@dataclass
class FrontEnd:
    """`told` is the last answer."""

    intake: Intake
    answers: dict[str, Any] = field(default_factory=lambda: dict(ANSWERS))
    language: str = "en"
    headers: dict[str, str] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def begin(self, **headers: str) -> "FrontEnd":
        answer = await self.try_to_begin(**headers)
        assert answer.status_code == 201, answer.text
        self.told = answer.json()
        return self

    async def try_to_begin(self, **headers: str) -> httpx.Response:
        sent = {"who": self.answers["who"], "language": self.language}
        return await self.intake.http.post(DRAFTS, json=sent, headers={**self.headers, **headers})

    @property
    def question(self) -> dict[str, Any]:
        return self.told["next"]

    @property
    def token(self) -> str:
        return self.told["links"]["draft"].rpartition("/")[2]

    async def walk_to(self, question: str = "") -> "FrontEnd":
        """Answers what comes, until this is asked; to the end without it."""
        while self.told["next"] and self.question["question"] != question:
            self.asked.append(self.question["question"])
            answer = await self.answer()
            assert answer.status_code == 200, answer.text
            self.told = answer.json()
        return self

    async def answer(self, **given: Any) -> httpx.Response:
        """The question that is asked, with these values or those of the person."""
        values = given or {one["name"]: self._value(one) for one in self.question["fields"]}
        values = {name: value for name, value in values.items() if value}
        return await self.say(self.question["question"], values, self.question["revision"])

    async def say(self, question: str, values: Any, revision: int = 0, **more: Any) -> httpx.Response:
        sent = {"values": values, "revision": revision, **more.pop("sent", {})}
        path = self.told["links"]["question"].replace("{question}", question)
        return await self.intake.http.post(path, json=sent, headers=more)

    async def look(self, link: str, **params: str) -> httpx.Response:
        return await self.intake.http.get(self.told["links"][link], params=params)

    async def send(self, **headers: str) -> httpx.Response:
        return await self.intake.http.post(self.told["links"]["sending"], headers=headers)

    def _value(self, drawn: dict[str, Any]) -> Any:
        if drawn["name"] in self.answers:
            return self.answers[drawn["name"]]
        if not drawn["required"]:
            return ""
        values = [option["value"] for option in drawn["options"]]
        return "no" if "no" in values else values[0]
