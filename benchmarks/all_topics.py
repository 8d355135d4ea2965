"""One service as it is, with an ear on every topic of the catalogue: what `benchmarks.memory` looks at.

`python -m benchmarks.all_topics SERVICE`, like `chairside serve`. Topics without a reaction get one that does nothing.
"""

import importlib
import sys
from dataclasses import replace
from datetime import datetime
from typing import Any

from operations.loading import loading
from operations.serve import serve
from shared.database import Transaction
from shared.events.base import Event, PatientEvent
from shared.events.catalogue import TOPICS, Topic
from shared.messaging.envelope import Received
from shared.messaging.reactions import Reactions
from shared.service import Service


async def nothing(_tx: Transaction, _messages: list[Received[Any]], _now: datetime) -> None:
    """No effect."""


def model_of(topic: Topic) -> type[Event]:
    """The topic's own model, or one like it where nobody has said anything on it yet."""
    if topic.model is not None:
        return topic.model

    class Unsaid(PatientEvent, topic=topic.name, kind=topic.kind):
        """Patient and clinic only."""

    return Unsaid


def hearing_everything(service: Service) -> Service:
    known = {reaction.model.topic for part in service.reactions for reaction in part}
    others = Reactions(service.name)
    for topic in TOPICS.values():
        if topic.name not in known:
            others.on_batch(model_of(topic))(nothing)
    return replace(service, reactions=[*service.reactions, others])


def main() -> None:
    name = sys.argv[1]
    with loading():
        app = importlib.import_module(f"services.{name}.app")
    app.__dict__["build"] = hearing_everything(app.SERVICE).build
    serve(name)


if __name__ == "__main__":
    main()
