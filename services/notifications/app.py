"""Notifications: staff and sign-in, the inbox, messages to patients. The only file that knows all of its parts."""

from collections.abc import Iterable
from pathlib import Path

from fastapi import FastAPI

from services.notifications import problems
from services.notifications.outside.mail_server import SmtpServer
from services.notifications.outside.scheduling import SchedulingService
from services.notifications.pages import (
    staff_inbox,
    staff_invitation,
    staff_letters,
    staff_messages,
    staff_people,
    staff_session_renewal,
    staff_sign_in,
)
from services.notifications.reactions import (
    attendance,
    consultation,
    consultation_request,
    patient_contact,
    proposed_move,
    questionnaire,
    risk_raised,
    session,
    unsent_request,
)
from services.notifications.settings import NotificationsSettings
from services.notifications.store import letter_texts, messages, sign_ins
from services.notifications.use_cases.hear_offers import end_offer_calls
from services.notifications.use_cases.send_due_messages import Sender
from services.notifications.use_cases.watch_scheduling import WatchedScheduling
from services.notifications.use_cases.write_mail import MailWriter
from shared.clock import Clock
from shared.database import Database
from shared.database.due import Timer
from shared.service import Running, Service
from shared.settings import Settings
from shared.web.idempotency import forget_answers

LOOK_EVERY = 1.0
"""Seconds between two looks for due messages when nobody says that there are any."""
ASK_EVERY = 2.0
"""Seconds between two questions to a scheduling that is silent."""
MINUTE = 60.0
HOUR = 3600.0


async def _forget(database: Database) -> int:
    async with database.transaction() as tx:
        return await sign_ins.forget_old(tx) + await forget_answers(tx)


def _timers(running: Running) -> Iterable[Timer]:
    settings = running.settings
    over_http = SchedulingService.from_settings(settings, running.clock)
    running.held.push_async_callback(over_http.close)
    scheduling = WatchedScheduling(over_http)
    mail_server = SmtpServer(settings.smtp_url.get_secret_value())
    running.held.callback(mail_server.close)
    sender = Sender(
        database=running.database,
        writer=MailWriter(
            running.keyring, settings.clinic, settings.mail_from, settings.public_url, letter_texts.read_wordings()
        ),
        mail_server=mail_server,
        scheduling=scheduling,
        conversations=NotificationsSettings().mail_conversations,
    )
    planned = running.live.open([messages.SCOPE], "sender")

    async def send(_database: Database) -> int:
        """Woken by the commit that planned something, in whichever process that was."""
        handled = await sender.work()
        if not handled and not planned.ended:
            await planned.wait(LOOK_EVERY)
            return 1
        return handled

    return (
        Timer("send-messages", LOOK_EVERY, send),
        Timer("watch-scheduling", ASK_EVERY, scheduling.look_again),
        Timer("end-offer-calls", MINUTE, end_offer_calls),
        Timer("forget-sign-ins", HOUR, _forget),
    )


SERVICE = Service(
    name="notifications",
    title="Chairside notifications",
    home=Path(__file__).parent,
    routers=[
        staff_sign_in.router,
        staff_session_renewal.router,
        staff_invitation.router,
        staff_messages.router,
        staff_letters.router,
        staff_inbox.router,
        staff_people.router,
    ],
    reactions=[
        consultation_request.reactions,
        consultation.reactions,
        proposed_move.reactions,
        session.reactions,
        attendance.reactions,
        risk_raised.reactions,
        patient_contact.reactions,
        unsent_request.reactions,
        questionnaire.reactions,
    ],
    timers=_timers,
)
assert problems.__doc__  # its import describes the errors before the app is made


def build(settings: Settings, *, clock: Clock | None = None, messaging: bool = True) -> FastAPI:
    """The service as an ASGI app. Without `messaging` it serves HTTP only."""
    return SERVICE.build(settings, clock=clock, messaging=messaging)
