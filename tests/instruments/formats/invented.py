"""Invented questionnaires: any that the types allow, for Hypothesis."""

from hypothesis import strategies as st

from wellbeing.instruments.formats.conditions import tidy
from wellbeing.instruments.formats.questionnaire import (
    Condition,
    Item,
    ItemType,
    Option,
    Questionnaire,
)
from wellbeing.instruments.formats.texts import plain

NUMERIC = {ItemType.INTEGER, ItemType.NUMBER}


# Signs that mean something to a format, beside any letter there is.
SIGNS = st.sampled_from(list("<>&|,;=+-@[]{}'\"\\\n %_#$ aé\u05d0\U0001f642"))
LETTERS = SIGNS | st.characters(
    codec="utf-8",
    exclude_categories=["Cc", "Cs", "Zl", "Zp"],
    exclude_characters="\ufffe\uffff",
)
TEXTS = st.text(LETTERS, max_size=12).map(plain)
WORDS = TEXTS.map(lambda text: text or "?")
CODES = WORDS.map(lambda text: " ".join(text.split()) or "?")
SCORES = st.none() | st.integers(-99, 99) | st.sampled_from([0.5, -1.25, 1e-7])


@st.composite
def items(draw, item_id, texts, codes, options, asked):
    kind = draw(st.sampled_from(ItemType))
    lowest = highest = None
    if kind in NUMERIC or kind is ItemType.SLIDER:
        lowest, highest = draw(st.sampled_from([(0, 10), (-3, 4), (0, 100)]))
    offered = ()
    if kind is ItemType.CHOICE:
        named = draw(st.lists(codes, min_size=1, max_size=4, unique=True))
        offered = tuple(draw(options(code)) for code in named)
    note = kind is ItemType.NOTE
    return Item(
        id=item_id,
        text=draw(texts) or "?",
        type=kind,
        options=offered,
        heading=draw(texts),
        hint="" if note else draw(texts),
        required=not note and draw(st.booleans()),
        lowest=lowest,
        highest=highest,
        show_if=draw(conditions(asked)) if asked else None,
    )


@st.composite
def conditions(draw, asked):
    found = []
    for item in draw(st.lists(st.sampled_from(asked), max_size=2, unique=True)):
        code = draw(st.sampled_from([o.code for o in item.options]))
        negated = draw(st.booleans())
        found.append(Condition(item=item.id, codes=(code,), is_not=negated))
    return tidy(found, any_of=draw(st.booleans())) if found else None


@st.composite
def any_option(draw, code, texts=TEXTS):
    score = draw(SCORES)
    sure = score is None or draw(st.booleans())
    return Option(code=code, label=draw(texts), score=score, to_confirm=not sure)


@st.composite
def questionnaires(draw, ids=CODES, texts=TEXTS, codes=CODES, options=any_option):
    made: list[Item] = []
    for item_id in draw(st.lists(ids, min_size=1, max_size=4, unique=True)):
        asked = [i for i in made if i.type is ItemType.CHOICE and i.show_if is None]
        made.append(draw(items(item_id, texts, codes, options, asked)))
    question = Item(id="the last one", text="Why?", type=ItemType.TEXT)
    return Questionnaire(
        title=draw(texts),
        language=draw(st.sampled_from([None, "de"])),
        items=(*made, question),
        copyright=draw(texts),
        source=draw(st.sampled_from(["", "https://example.org/q|2"])),
    )
