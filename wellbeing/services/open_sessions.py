"""The browsers in which somebody is signed in, for themselves to see and to end."""

from dataclasses import dataclass
from datetime import datetime

from wellbeing.domain.people import Viewer
from wellbeing.services.accounts import is_alive
from wellbeing.services.context import Context
from wellbeing.storage import session_queries


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenSession:
    """One browser that is signed in, as its owner sees it."""

    started_at: datetime
    this_one: bool
    key: str


def my_sessions(ctx: Context, viewer: Viewer) -> tuple[OpenSession, ...]:
    """Return the viewer's open sessions, newest first."""
    with ctx.reading() as db:
        found = session_queries.sessions_of(db, viewer.clinic_id, viewer.person_id)
    return tuple(
        OpenSession(
            started_at=s.started_at,
            this_one=s.token_hash == viewer.session,
            key=s.token_hash[:12],
        )
        for s in found
        if is_alive(ctx, s)
    )


def end_session(ctx: Context, viewer: Viewer, key: str) -> None:
    """End one of the viewer's own sessions, named by its key."""
    with ctx.writing() as db:
        own = session_queries.sessions_of(db, viewer.clinic_id, viewer.person_id)
        for session in own:
            if session.token_hash[:12] == key:
                session_queries.drop_session(db, session.token_hash)
