"""Wording files whose words are invented: no published item stands here."""

import csv
import io

from wellbeing.instruments.formats.own_template import write
from wellbeing.instruments.formats.questionnaire import (
    Item,
    ItemType,
    Option,
    Questionnaire,
)
from wellbeing.instruments.registry import find_instrument
from wellbeing.services import instrument_schedules, wordings
from wellbeing.services.wordings import Terms

COPYRIGHT = "Copyright 2026 Invented Press"
LICENCE = "Letter of the invented owner, March 2026"


def options(codes, words="Step"):
    return tuple(Option(code=str(c), label=f"{words} {c}") for c in codes)


def items(instrument_id, *, ids=None, codes=None, words="Invented item"):
    one = find_instrument(instrument_id)
    offered = options(one.codes if codes is None else codes)
    return [
        Item(id=name, text=f"{words} {n}", type=ItemType.CHOICE, options=offered)
        for n, name in enumerate(ids or one.item_ids, start=1)
    ]


def file_of(*asked, language="en", **about):
    """Return a template with these items."""
    about = {"title": "Invented", "copyright": COPYRIGHT} | about
    return write(Questionnaire(items=tuple(asked), language=language, **about))


def file_for(instrument_id, language="en", **how):
    """Return a template that fits an instrument."""
    return file_of(*items(instrument_id, **how), language=language)


def redcap_for(instrument_id, name="q_{}", choices=None):
    """Return a REDCap dictionary that fits an instrument."""
    one = find_instrument(instrument_id)
    offered = choices or " | ".join(f"{c}, Step {c}" for c in one.codes)
    out = io.StringIO()
    rows = csv.writer(out)
    heads = ["Variable / Field Name", "Form Name", "Section Header", "Field Type"]
    rows.writerow([*heads, "Field Label", "Choices, Calculations, OR Slider Labels"])
    rows.writerow(["record_id", "invented", "", "text", "Record", ""])
    for n in range(1, len(one.items) + 1):
        label = f"Invented item {n}"
        rows.writerow([name.format(n), "invented", "", "radio", label, offered])
    return out.getvalue().encode()


def terms(language="en"):
    return Terms(language=language, copyright=COPYRIGHT, licence=LICENCE)


def add(ctx, admin, instrument_id, language="en", data=None):
    """Add an invented wording as an administrator does."""
    return wordings.add_wording(
        ctx,
        admin,
        instrument_id,
        file_for(instrument_id, language) if data is None else data,
        terms=terms(language),
        confirmed=True,
    )


def ask(ctx, admin, instrument_id, every_weeks=4):
    """Add an invented wording and have it asked for from this week on."""
    add(ctx, admin, instrument_id)
    instrument_schedules.schedule(ctx, admin, instrument_id, every_weeks)
