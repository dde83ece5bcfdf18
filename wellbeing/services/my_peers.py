"""What the archive says about peers: all that is stored about the viewer."""

from dataclasses import asdict
from typing import Any

from wellbeing.domain.ids import PersonId
from wellbeing.domain.pairings import Pairing, PeerSettings
from wellbeing.domain.peer_sharing import Share
from wellbeing.domain.people import Viewer
from wellbeing.domain.weeks import Week
from wellbeing.services.archive import Files, as_json
from wellbeing.services.context import Context
from wellbeing.services.kind_notes import read_note
from wellbeing.services.peer_texts import ReadTexts, read_texts
from wellbeing.services.private_texts import OpenKeys
from wellbeing.storage import (
    appointment_queries,
    peer_contact_queries,
    peer_queries,
    peer_setting_queries,
    peer_share_queries,
)
from wellbeing.storage.appointment_queries import PairTimes
from wellbeing.storage.peer_contact_queries import KeptRecord


def peer_files(ctx: Context, viewer: Viewer, keys: OpenKeys | None) -> Files:
    """Return the archive's file about peers; none if there is nothing.

    What the other of a pair said or kept is not the viewer's and is not in it.

    Args:
        ctx: the surroundings.
        viewer: who it is about.
        keys: to their texts; None: texts are left out, and the file says so.
    """
    own = viewer.clinic_id, viewer.person_id
    with ctx.reading() as db:
        chosen = peer_setting_queries.settings_of(db, *own).get(own[1])
        pairings = peer_queries.pairings_of(db, *own)
        blocks = peer_queries.blocked_names(db, *own)
        contacts = peer_contact_queries.contact_weeks(db, *own)
        records = peer_contact_queries.records_of(db, *own)
        sentences = peer_contact_queries.sentences_of(db, *own)
        shares = peer_share_queries.shares_of(db, *own)
        notes = peer_share_queries.notes_to(db, *own)
        times = appointment_queries.times_of(db, *own)
        others = {_other(share, own[1]) for share in shares}
        names = peer_queries.names_of(db, own[0], {*contacts, *blocks, *others})
    if not any((chosen, pairings, blocks, contacts, records, shares, notes)):
        return {}
    texts = {} if keys is None else read_texts(own, keys, records, sentences)
    told = {
        "settings": _settings(*chosen) if chosen else None,
        "pairings": [_pairing(p) for p in pairings if p.mine or p.began_week],
        "times": [
            {"with": p.peer_name} | _times(times[p.peer_id])
            for p in pairings
            if p.peer_id in times
        ],
        "never_paired_with": list(blocks.values()),
        "contacts": {
            names[peer]: [str(week) for week in weeks]
            for peer, weeks in contacts.items()
        },
        "my_records": [
            {"with": names[kept.peer_id]}
            | _record(kept)
            | _texts(texts.get((kept.peer_id, kept.record.week)))
            for kept in records
        ],
        "shown": [
            {"with": names[_other(share, own[1])]}
            | _share(share, by_me=share.owner_id == own[1])
            for share in shares
        ],
        "notes_to_me": [
            {
                "from": note.sender,
                "week": str(note.week),
                "text": None if keys is None else read_note(own, keys, note),
            }
            for note in notes
        ],
        "texts_are_locked": keys is None,
    }
    return {"peers.json": as_json(told)}


def _settings(chosen: PeerSettings, since: Week | None) -> dict[str, Any]:
    return {
        "may_be_asked": chosen.may_be_asked,
        "in_pool_since": _week(since),
        "rests": chosen.rests,
        "rhythm": chosen.rhythm,
        "pause_until": _week(chosen.pause_until),
    }


def _pairing(pairing: Pairing) -> dict[str, Any]:
    return {
        "with": pairing.peer_name,
        "origin": pairing.origin,
        "rhythm": pairing.rhythm,
        "asked_week": str(pairing.asked_week),
        "i_said": pairing.mine,
        "began_week": _week(pairing.began_week),
        "ended_week": _week(pairing.ended_week),
    }


def _times(times: PairTimes) -> dict[str, Any]:
    agreed, proposed = times.agreed, times.proposed
    told: dict[str, Any] = {"agreed": None, "proposed": None}
    if agreed is not None:
        told["agreed"] = asdict(agreed.at) | {"from_week": str(agreed.from_week)}
    if proposed is not None:
        told["proposed"] = asdict(proposed.at) | {"by_me": proposed.mine}
    return told


def _other(share: Share, person_id: PersonId) -> PersonId:
    return share.peer_id if share.owner_id == person_id else share.owner_id


def _share(share: Share, *, by_me: bool) -> dict[str, Any]:
    return {
        "by_me": by_me,
        "from_week": str(share.from_week),
        "last_week": str(share.last_week),
        "shown_from": str(share.shown_from),
        "indicators": sorted(share.indicators),
        "early_signs": share.early_signs,
    }


def _week(week: Week | None) -> str | None:
    return None if week is None else str(week)


def _record(kept: KeptRecord) -> dict[str, Any]:
    record = kept.record
    return {
        "week": str(record.week),
        "guide": record.guide,
        "how": record.how,
        "length": record.length,
        "areas": sorted(record.areas),
        "given": sorted(record.given),
        "received": sorted(record.received),
        "connected": record.connected,
        "wants_more": record.wants_more,
    }


def _texts(read: ReadTexts | None) -> dict[str, str | None]:
    if read is None:
        return {}
    return {"intention": read.intention, "sentence_for_both": read.mine}
