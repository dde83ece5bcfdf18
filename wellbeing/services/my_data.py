"""What is stored about the viewer: to download, and to delete."""

import io
import zipfile
from collections.abc import Callable

from wellbeing import __version__
from wellbeing.content.load import say
from wellbeing.domain.audit import Event
from wellbeing.domain.people import Role, Viewer
from wellbeing.services.archive import Files, as_json
from wellbeing.services.audit import note
from wellbeing.services.audit_files import audit_files
from wellbeing.services.consents import study_files
from wellbeing.services.context import Context
from wellbeing.services.gathering_offers import cancel_all_of
from wellbeing.services.gatherings import gathering_files
from wellbeing.services.identities import check_it_is_them, identity_files
from wellbeing.services.my_instruments import questionnaire_files
from wellbeing.services.my_peers import peer_files
from wellbeing.services.my_private_files import private_files
from wellbeing.services.my_weeks_files import about_check_ins, check_in_files
from wellbeing.services.own_instruments import own_key_files
from wellbeing.services.people import keep_an_administrator
from wellbeing.services.private_texts import OpenKeys
from wellbeing.services.proofs import require_code_given
from wellbeing.services.reminders import reminder_files
from wellbeing.services.second_factor import second_factor_files
from wellbeing.services.support_log import support_files
from wellbeing.services.take_backs import settle, take_everything_back
from wellbeing.storage import (
    clinic_queries,
    draft_queries,
    people_queries,
    preference_queries,
    session_queries,
    tag_queries,
    team_queries,
)

# A zip file keeps a time for each member; this one says nothing about anybody.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def my_archive(ctx: Context, viewer: Viewer, keys: OpenKeys | None = None) -> bytes:
    """Return one zip with everything that is stored about the viewer.

    ``about_me.json`` (account, roles, teams, choices, sessions, drafts), the files of
    each part that holds something of theirs, ``README.md`` (what each field means).

    Args:
        ctx: the surroundings.
        viewer: who it is about.
        keys: to their private texts; None: a file says that they are locked.
    """
    files = {"about_me.json": as_json(_about_me(ctx, viewer))}
    for part in _PARTS:
        files.update(part(ctx, viewer))
    for private_part in _PRIVATE_PARTS:
        files.update(private_part(ctx, viewer, keys))
    readme = [about_check_ins(ctx.questions), *(say(key) for key in _ABOUT)]
    files["README.md"] = ("\n\n".join(readme) + "\n").encode()
    return _zip(files)


_PARTS: tuple[Callable[[Context, Viewer], Files], ...] = (
    check_in_files,
    questionnaire_files,
    support_files,
    gathering_files,
    reminder_files,
    study_files,
    second_factor_files,
    audit_files,
    own_key_files,
    identity_files,
)
"""Who writes which files: each returns those that hold something of the viewer's."""
_PRIVATE_PARTS: tuple[Callable[[Context, Viewer, OpenKeys | None], Files], ...] = (
    private_files,
    peer_files,
)
"""The same, of what only the viewer's key can read."""
_ABOUT = (
    "archive.private_texts",
    "archive.questionnaires",
    "archive.support_log",
    "archive.gatherings",
    "archive.reminders",
    "archive.studies",
    "archive.second_factor",
    "archive.audit",
    "archive.own_instruments",
    "archive.identities",
    "archive.peers",
)
"""Sentences of the README on the files of these parts."""


def _about_me(ctx: Context, viewer: Viewer) -> object:
    own = viewer.clinic_id, viewer.person_id
    with ctx.reading() as db:
        [person] = people_queries.people_of(db, *own)
        names = {t.team_id: t.name for t in team_queries.teams_of(db, own[0])}
        counted, baseline = preference_queries.preferences(db, *own)
        sessions = session_queries.sessions_of(db, *own)
        tags = tag_queries.tags_of(db, *own)
        drafts = draft_queries.drafts_of(db, *own)
    return {
        "written_by": f"Wellbeing {__version__}",
        "clinic": {
            "name": viewer.clinic.name,
            "country": viewer.clinic.country,
            "time_zone": viewer.clinic.time_zone,
        },
        "name": person.name,
        "email": person.email,
        "account": person.standing.value,
        "roles": sorted(person.roles),
        "memberships": [
            {
                "team": m.team.name,
                "from_week": str(m.from_week),
                "to_week": None if m.to_week is None else str(m.to_week),
            }
            for m in person.memberships
        ],
        "leads": sorted(names[team] for team in person.leads),
        "counted_in_team_trends": counted,
        "usual_range_learned_from": None if baseline is None else str(baseline),
        "tags": {str(week): list(found) for week, found in sorted(tags.items())},
        "drafts_not_saved": {str(week): dict(d) for week, d in sorted(drafts.items())},
        "sessions": [
            {"started_at": s.started_at.isoformat(), "last_hour": s.seen_at.isoformat()}
            for s in sessions
        ],
    }


def delete_account(ctx: Context, viewer: Viewer, *, password: str) -> None:
    """Delete the viewer and everything of theirs, at once and for good.

    Raises:
        WrongPasswordError, TooManyAttemptsError: it may not be them.
        ProofNeededError: they have a second factor, and gave no code lately.
        LastAdministratorError: nobody would be left to administer the clinic.
    """
    require_code_given(ctx, viewer)
    check_it_is_them(ctx, viewer, password)
    with ctx.writing() as db:
        clinic_queries.lock_clinic(db, viewer.clinic_id)
        studies = take_everything_back(ctx, db, viewer.clinic, viewer.person_id)
        cancel_all_of(ctx, db, viewer.clinic, viewer.person_id)
        people_queries.drop_person(db, viewer.clinic_id, viewer.person_id)
        if Role.ADMINISTRATOR in viewer.roles:
            keep_an_administrator(db, viewer)
        note(ctx, db, viewer, Event.ACCOUNT_DELETED, viewer.person_id)
    settle(ctx, viewer.clinic_id, viewer.person_id, studies)


def _zip(files: Files) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, _NO_TIME), content)
    return out.getvalue()
