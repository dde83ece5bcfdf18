"""The part of one's own download that only its author's key can fill."""

from wellbeing.content.load import say
from wellbeing.domain.people import Viewer
from wellbeing.domain.private_kinds import PrivateKind
from wellbeing.services.archive import Files, as_json
from wellbeing.services.context import Context
from wellbeing.services.private_rows import how_many_rows, open_rows
from wellbeing.services.private_texts import OpenKeys


def private_files(ctx: Context, viewer: Viewer, keys: OpenKeys | None) -> Files:
    """Return what the viewer wrote for themselves, one JSON file a kind.

    Args:
        ctx: the surroundings.
        viewer: whose texts they are.
        keys: their key; None: the session cannot open it, and a file says so.
    """
    if keys is None:
        if not any(how_many_rows(ctx, viewer, kind) for kind in PrivateKind):
            return {}
        return {"private_texts.txt": say("archive.texts_locked").encode()}
    files = {}
    for kind in PrivateKind:
        opened = open_rows(ctx, viewer, keys, kind)
        if opened.rows or opened.unreadable:
            rows = [{"week": str(row.week)} | dict(row.values) for row in opened.rows]
            told = {"texts": rows, "unreadable": len(opened.unreadable)}
            files[f"private_{kind}.json"] = as_json(told)
    return files
