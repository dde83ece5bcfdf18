"""An invented questionnaire that no key is shipped for, and its key as it is typed."""

from dataclasses import replace

from tests.invented_wordings import terms
from wellbeing.domain.people import Viewer
from wellbeing.instruments.formats.own_template import write
from wellbeing.instruments.formats.questionnaire import (
    Item,
    ItemType,
    Option,
    Questionnaire,
)
from wellbeing.instruments.model import Method, Rule
from wellbeing.instruments.own_fields import KeyFields, ScaleFields
from wellbeing.services import (
    instrument_schedules,
    own_instruments,
    own_key_changes,
    wordings,
)
from wellbeing.services.context import Context
from wellbeing.services.own_instruments import OwnInstrument

STRAIN = KeyFields(
    short="strain",
    title="Invented Strain Scale",
    citation="Invented, I. (2026). Journal of Nothing, 1(1), 1-2.",
    doi="10.1000/182",
    holder="I. Invented",
    allows="Letter of the author, March 2026: use at the clinic.",
    wording="Unchanged, with credit.",
    sheet="The five items of the paper",
    window_days=14,
    shortest_interval_days=28,
    codes="0, 1, 2, 3, 4",
    count=5,
    reversed="2, 5",
    scales=(
        ScaleFields(
            name="strain",
            items="1 to 3",
            method=Method.SUM,
            needs=2,
            rule=Rule.PUBLISHED,
            rule_source="Page 2 of the paper",
            higher_means="more strain",
        ),
        ScaleFields(
            name="rest",
            items="4, 5",
            method=Method.RESCALED,
            needs=2,
            rule=Rule.OURS,
            rule_source="Two items are too few to leave one out",
            higher_means="more rest",
        ),
    ),
)
OWN = "ownstrain"
ANSWERS = "4 1 3 2 0"
# By hand: strain = 4 + (4 - 1) + 3; rest = mean of 2 and 4 - 0, which is 3 of 4.
EXPECTED = {"ownstrain_strain": "10", "ownstrain_rest": "75"}


def sheet(count=5, codes=(0, 1, 2, 3, 4), language="en", ids="q{}"):
    """Return the template file of the invented questionnaire."""
    options = tuple(Option(code=str(c), label=f"Step {c}", score=c) for c in codes)
    items = tuple(
        Item(id=ids.format(n), text=f"Own {n}", type=ItemType.CHOICE, options=options)
        for n in range(1, count + 1)
    )
    title = "Invented Strain Scale"
    return write(Questionnaire(title=title, items=items, language=language))


def newest(ctx: Context, admin: Viewer, name: str = OWN) -> OwnInstrument:
    """Return the newest version of a key."""
    found = own_instruments.own_instruments(ctx, admin)
    return next(one for one in found if one.instrument.id == name)


def add_example(ctx: Context, admin: Viewer, answers=ANSWERS, expected=EXPECTED):
    """Keep an example of the newest draft."""
    own_key_changes.add_example(
        ctx,
        admin,
        OWN,
        newest(ctx, admin).seen,
        answers=answers,
        expected=expected,
        source="Worked out by hand for the tests",
    )


def make_draft(ctx: Context, admin: Viewer, **changed) -> OwnInstrument:
    """Keep the key as a new draft with its example."""
    own_key_changes.keep_draft(ctx, admin, replace(STRAIN, **changed))
    add_example(ctx, admin)
    return newest(ctx, admin)


def confirm(ctx: Context, admin: Viewer) -> None:
    """Confirm the newest draft as it stands."""
    own_key_changes.confirm(ctx, admin, OWN, newest(ctx, admin).seen)


def ask(ctx: Context, admin: Viewer, every_weeks: int = 4) -> None:
    """Bring its words and have it asked for."""
    wordings.add_wording(ctx, admin, OWN, sheet(), terms=terms(), confirmed=True)
    instrument_schedules.schedule(ctx, admin, OWN, every_weeks)
