"""What the archive says about peers: everything of the viewer's, nothing of others."""

import json
from dataclasses import replace

from tests.clinic import THIS_WEEK, give_keys
from tests.peers import pair
from wellbeing.domain.indicators import Indicator
from wellbeing.domain.pairings import PeerSettings
from wellbeing.domain.peer_check_ins import PeerRecord
from wellbeing.services import (
    kind_notes,
    my_peers,
    peer_blocks,
    peer_check_ins,
    peer_pool,
    peer_sharing,
)
from wellbeing.services.peer_check_ins import Texts
from wellbeing.services.peer_sharing import NewShare


def test_everything_of_the_viewer_is_in_it_and_nothing_of_the_other(ctx, cast):
    alice, bob = cast.alice, cast.bob
    keys = give_keys(ctx, alice)
    give_keys(ctx, bob)
    pair(ctx, alice, bob)
    peer_pool.choose(ctx, alice, PeerSettings(in_pool=True))
    peer_blocks.block(ctx, alice, cast.charlie.person_id)
    peer_blocks.block(ctx, cast.charlie, alice.person_id)
    kept = PeerRecord(week=THIS_WEEK, connected=3)
    written = Texts(keys=keys, intention="Rest", sentence="Pond")
    peer_check_ins.record(ctx, alice, bob.person_id, kept, written)
    theirs = replace(kept, connected=9)
    peer_check_ins.record(ctx, bob, alice.person_id, theirs, Texts(sentence="Yes"))
    new = NewShare(indicators=frozenset({Indicator.OVERALL}), weeks=4)
    peer_sharing.share(ctx, alice, bob.person_id, new)
    kind_notes.send_note(ctx, bob, alice.person_id, "Thank you")
    found = json.loads(my_peers.peer_files(ctx, alice, keys)["peers.json"])
    assert found["settings"]["in_pool_since"] == str(THIS_WEEK)
    assert [p["with"] for p in found["pairings"]] == ["Bob"]
    assert found["never_paired_with"] == ["Charlie"]
    assert found["contacts"] == {"Bob": [str(THIS_WEEK)]}
    (record,) = found["my_records"]
    assert (record["connected"], record["intention"]) == (3, "Rest")
    assert record["sentence_for_both"] == "Pond"
    assert found["shown"][0]["by_me"]
    assert found["shown"][0]["with"] == "Bob"
    assert found["notes_to_me"][0]["text"] == "Thank you"
    locked = json.loads(my_peers.peer_files(ctx, alice, None)["peers.json"])
    assert locked["texts_are_locked"]
    assert "Rest" not in str(locked)
    bobs = json.loads(my_peers.peer_files(ctx, bob, None)["peers.json"])
    assert not bobs["shown"][0]["by_me"]
    assert bobs["shown"][0]["with"] == "Alice"
    assert my_peers.peer_files(ctx, cast.rita, None) == {}
