"""What the audit record holds about somebody, for the archive of their own data."""

from wellbeing.domain.ids import PersonId
from wellbeing.domain.people import Viewer
from wellbeing.services.archive import Files, as_json
from wellbeing.services.audit import my_records
from wellbeing.services.context import Context


def audit_files(ctx: Context, viewer: Viewer) -> Files:
    """Return the archive's file of records about the viewer, if there are any."""
    found = my_records(ctx, viewer)
    if not found:
        return {}
    told = [
        {
            "day": one.record.day.isoformat(),
            "event": one.record.event,
            "by": _whom(one.record.actor, viewer),
            "concerning": _whom(one.record.concerning, viewer),
            "about": one.about,
        }
        for one in found
    ]
    return {"audit_record.json": as_json(told)}


def _whom(person_id: PersonId | None, viewer: Viewer) -> str | None:
    """Say who without a name: the file is taken away, and others stand in it."""
    if person_id is None:
        return None
    return "you" if person_id == viewer.person_id else "somebody else"
