"""Wordings of published instruments, which a clinic brings and may use."""

import re
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from wellbeing.domain.errors import InvalidInputError, NotFoundError, WellbeingError
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.responses import Rhythm
from wellbeing.instruments.formats.questionnaire import Questionnaire
from wellbeing.instruments.formats.read import read_questionnaire
from wellbeing.instruments.matching import propose
from wellbeing.instruments.model import Instrument
from wellbeing.instruments.wording import Proposal, Wording
from wellbeing.services.context import Context
from wellbeing.services.fields import clean_words
from wellbeing.storage import instrument_queries, own_instrument_queries

LONGEST_TERMS = 1000
"""Characters of a copyright line and of a licence."""

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """What a clinic says about a wording that it brings.

    Attributes:
        language: a code such as ``de`` or ``pt-BR``.
        copyright: the line that is shown with the items.
        licence: under which terms the clinic may use the words.
    """

    language: str
    copyright: str
    licence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class InstrumentInUse:
    """An instrument as an administrator sees it: nothing about anybody's answers.

    Attributes:
        wordings: by language, without their items.
        rhythm: None: it is not asked for.
    """

    instrument: Instrument
    wordings: tuple[Wording, ...]
    rhythm: Rhythm | None


class WordingExistsError(WellbeingError):
    """The clinic has a wording of the instrument in this language already."""

    def __init__(self, language: str) -> None:
        self.language = language
        super().__init__(
            f"There is a wording in “{language}” already, and it was left as it is. "
            "Remove it first, or choose another language."
        )


class NotConfirmedError(WellbeingError):
    """A wording was to be added that nobody has confirmed."""

    def __init__(self) -> None:
        super().__init__(
            "Nothing was added yet. Compare each item and each code with the printed "
            "sheet, then confirm that they fit."
        )


def instruments_in_use(ctx: Context, viewer: Viewer) -> tuple[InstrumentInUse, ...]:
    """Return every instrument that can be scored, with what the clinic has of it."""
    viewer.require(Role.ADMINISTRATOR)
    with ctx.reading() as db:
        wordings = instrument_queries.wordings_of(db, viewer.clinic_id)
        rhythms = instrument_queries.rhythms_of(db, viewer.clinic_id)
        known = own_instrument_queries.instruments_of(db, viewer.clinic_id)
    return tuple(
        InstrumentInUse(
            instrument=one,
            wordings=tuple(w for w in wordings if w.instrument == one.id),
            rhythm=rhythms.get(one.id),
        )
        for one in known
    )


def read_wording(
    ctx: Context,
    viewer: Viewer,
    instrument_id: str,
    data: bytes,
    *,
    language: str = "",
    form: str = "",
    turned: bool = False,
) -> Proposal:
    """Return what a file would become as the wording of an instrument; write nothing.

    Args:
        data: a REDCap dictionary, FHIR Questionnaire or template.
        language: the wording wanted, if the file has several; empty: its main one.
        form: which form of a REDCap dictionary; empty: all of them.
        turned: whether the file counts the other way round.

    Raises:
        UnknownInstrumentError, NotShippedError: there is no such key.
        QuestionnaireRefusedError: the file cannot be read, or not all of it.
        WordingMismatchError: it is not the sheet of this instrument.
    """
    viewer.require(Role.ADMINISTRATOR)
    instrument = _instrument(ctx, viewer, instrument_id)
    read = _read(data, language.strip(), form.strip())
    return propose(instrument, read, turned=turned)


def add_wording(  # noqa: PLR0913 (a file, how to read it, and a person's word)
    ctx: Context,
    viewer: Viewer,
    instrument_id: str,
    data: bytes,
    *,
    terms: Terms,
    form: str = "",
    turned: bool = False,
    confirmed: bool = False,
) -> Wording:
    """Write the wording of an instrument in one language, all of it or nothing.

    Args:
        data, form, turned: as ``read_wording``.
        confirmed: a person's word that items and codes are those of the sheet.

    Raises:
        InvalidInputError: a field of the terms is empty or too long.
        NotConfirmedError: there is no such word.
        WordingExistsError: there is one in this language.
        Those of ``read_wording``.
    """
    viewer.require(Role.ADMINISTRATOR)
    instrument = _instrument(ctx, viewer, instrument_id)
    clean = _clean(terms)
    read = _read(data, clean.language, form.strip())
    proposal = propose(instrument, read, turned=turned)
    if not confirmed:
        raise NotConfirmedError
    wording = Wording(
        instrument=instrument.id,
        key_version=instrument.version,
        language=clean.language,
        copyright=clean.copyright,
        licence=clean.licence,
        items=proposal.items,
    )
    try:
        with ctx.writing() as db:
            instrument_queries.add_wording(db, viewer.clinic_id, wording)
    except IntegrityError as error:
        raise WordingExistsError(clean.language) from error
    return wording


def remove_wording(
    ctx: Context, viewer: Viewer, instrument_id: str, language: str
) -> None:
    """Remove a wording. What people answered in it stays theirs, as codes and scores.

    Without any wording the instrument is asked for no more.

    Raises:
        NotFoundError: there is none in this language.
    """
    viewer.require(Role.ADMINISTRATOR)
    with ctx.writing() as db:
        clinic_id = viewer.clinic_id
        if not instrument_queries.drop_wording(db, clinic_id, instrument_id, language):
            raise NotFoundError("wording")
        left = instrument_queries.wordings_of(db, clinic_id)
        if instrument_id not in {wording.instrument for wording in left}:
            instrument_queries.drop_rhythms(db, clinic_id, [instrument_id])


def _instrument(ctx: Context, viewer: Viewer, instrument_id: str) -> Instrument:
    with ctx.reading() as db:
        own = viewer.clinic_id, instrument_id
        return own_instrument_queries.instrument_of(db, *own)


def _read(data: bytes, language: str, form: str) -> Questionnaire:
    """Return the questionnaire of a file, in a language if the file names several."""
    read = read_questionnaire(data, form=form or None)
    if language and read.language and read.language != language:
        return read_questionnaire(data, form=form or None, language=language)
    return read


def _clean(terms: Terms) -> Terms:
    language = terms.language.strip()
    if not _LANGUAGE.fullmatch(language):
        raise InvalidInputError("Write the language as a code, such as en or pt-BR.")
    if not terms.copyright.strip():
        raise InvalidInputError("Copy the copyright line: it is shown with the items.")
    if not terms.licence.strip():
        raise InvalidInputError("Say under which licence the clinic uses these words.")
    return Terms(
        language=language,
        copyright=clean_words(terms.copyright, LONGEST_TERMS),
        licence=clean_words(terms.licence, LONGEST_TERMS),
    )
