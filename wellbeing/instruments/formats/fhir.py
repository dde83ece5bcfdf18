"""FHIR questionnaires (STU3, R4, R5) in JSON: one walk over their items."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from wellbeing.instruments.formats.collecting import Collected
from wellbeing.instruments.formats.conditions import both
from wellbeing.instruments.formats.fhir_conditions import show_if_of
from wellbeing.instruments.formats.fhir_elements import (
    Element,
    elements,
    everything,
    extensions,
    languages_of,
    link_of,
    said,
    string,
)
from wellbeing.instruments.formats.fhir_items import (
    check_taken,
    codes_of,
    is_hidden,
    is_part,
    item_of,
    unread,
)
from wellbeing.instruments.formats.fhir_options import Terms, terms_of
from wellbeing.instruments.formats.limits import MOST_DEPTH
from wellbeing.instruments.formats.questionnaire import (
    NotRepresentableError,
    Questionnaire,
    QuestionnaireRefusedError,
    ShowIf,
)
from wellbeing.instruments.formats.tables import told
from wellbeing.instruments.formats.texts import plain, quoted

_HIDDEN = "It is hidden, so nobody is asked it."
_GOES_TOO = "What is in it goes, too."


def read_resource(resource: Element, language: str | None) -> Questionnaire:
    """Read a Questionnaire, or a Bundle that holds one.

    Args:
        resource: the resource.
        language: which wording; None: the one that is no translation.

    Raises:
        QuestionnaireRefusedError: it is another resource, not as FHIR wants it, has an
            id twice or no such language, or nothing can be asked.
    """
    others: dict[str, Element] = {}
    if resource.get("resourceType") == "Bundle":
        resource, others = _of_bundle(resource)
    kind = resource.get("resourceType")
    if kind != "Questionnaire":
        name = quoted(kind) if isinstance(kind, str) else "unnamed"
        sentence = f"This is the FHIR resource {name}, not a Questionnaire."
        raise QuestionnaireRefusedError(sentence)
    if resource.get("modifierExtension") or resource.get("implicitRules"):
        sentence = "An extension changes the meaning of the whole questionnaire."
        raise QuestionnaireRefusedError(sentence)
    return _read(resource, others, language)


def _of_bundle(bundle: Element) -> tuple[Element, dict[str, Element]]:
    entries = [e.get("resource") for e in elements(bundle, "entry")]
    inside = [e for e in entries if isinstance(e, dict)]
    found = [e for e in inside if e.get("resourceType") == "Questionnaire"]
    if len(found) != 1:
        sentence = f"This Bundle holds {len(found)} questionnaires. Give one a file."
        raise QuestionnaireRefusedError(sentence)
    return found[0], {string(e, "url"): e for e in inside if e.get("url")}


def _read(
    resource: Element, others: Mapping[str, Element], language: str | None
) -> Questionnaire:
    translated = languages_of(resource)
    main = string(resource, "language") or None
    chosen = None if language == main else language
    if chosen is not None and chosen not in translated:
        have = told([main or "the one it stands in", *translated])
        sentence = f"The wording is not there in {quoted(chosen)}, but in {have}."
        raise QuestionnaireRefusedError(sentence)
    walk = _Walk(terms_of(resource, others, chosen))
    walk.learn(elements(resource, "item"))
    walk.items(elements(resource, "item"), None, 1)
    set_aside = sorted({*translated, main or ""} - {language or main or "", ""})
    if set_aside:
        reason = f"Wording that was not asked for stands here, too: {told(set_aside)}."
        walk.found.leave_out("translations", reason, asked=False)
    walk.note_extensions(resource)
    try:
        return walk.found.finish(
            plain(_title(resource, chosen)),
            plain(language or main or "") or None,
            copyright=plain(string(resource, "copyright")),
            source=plain(_source(resource)),
        )
    except NotRepresentableError as error:
        raise QuestionnaireRefusedError(f"Title or rights: {error}") from None


def _title(resource: Element, language: str | None) -> str:
    try:
        title = said(resource, "title", language)
    except NotRepresentableError:
        title = string(resource, "title")
    return title or string(resource, "name")


def _source(resource: Element) -> str:
    address, version = string(resource, "url"), string(resource, "version")
    return f"{address}|{version}" if address and version else address


@dataclass(slots=True)
class _Walk:
    """One walk over the items of a resource, in order.

    Attributes:
        terms: the sets of options and the language.
        found: what was taken and what not.
        codes: the codes of each choice of the resource.
        headings: texts of groups under which nothing was taken yet.
    """

    terms: Terms
    found: Collected = field(default_factory=Collected)
    codes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    headings: list[str] = field(default_factory=list)

    def learn(self, items: list[Element], depth: int = 1) -> None:
        """Note the ids and the codes of all items, as conditions may look ahead."""
        if depth > MOST_DEPTH:
            sentence = f"Items lie in groups more than {MOST_DEPTH} deep."
            raise QuestionnaireRefusedError(sentence)
        for item in items:
            link = link_of(item)
            self.found.see(link, f"linkId {quoted(link)}")
            try:
                self.codes[link] = tuple(o.code for o in codes_of(item, self.terms))
            except NotRepresentableError:
                self.codes[link] = ()
            self.learn(elements(item, "item"), depth + 1)

    def items(self, items: list[Element], outer: ShowIf | None, depth: int) -> None:
        """Take items, and those within them."""
        for item in items:
            where = self.found.places[link_of(item)]
            if is_hidden(item):
                reason = f"{_HIDDEN} {_GOES_TOO}" if item.get("item") else _HIDDEN
                self.found.leave_out(where, reason, asked=False)
            elif item.get("type") == "group":
                self._group(item, outer, where, depth)
            else:
                self._question(item, outer, where, depth)

    def _group(
        self, item: Element, outer: ShowIf | None, where: str, depth: int
    ) -> None:
        try:
            check_taken(item)
            shown = both(outer, show_if_of(item, self.codes))
            heading = plain(said(item, "text", self.terms.language))
        except NotRepresentableError as error:
            self.found.leave_out(where, f"{error} {_GOES_TOO}")
            return
        inside = elements(item, "item")
        if not inside and heading:
            reason = f"It is a group without items: {quoted(heading)}."
            self.found.leave_out(where, reason)
            return
        before = len(self.headings)
        self.headings += [heading] if heading else []
        self.items(inside, shown, depth + 1)
        del self.headings[before:]

    def _question(
        self, item: Element, outer: ShowIf | None, where: str, depth: int
    ) -> None:
        inside = [one for one in elements(item, "item") if not is_part(one)]
        try:
            shown = both(outer, show_if_of(item, self.codes))
        except NotRepresentableError as error:
            self.found.leave_out(
                where, f"{error} {_GOES_TOO if inside else ''}".strip()
            )
            return
        try:
            heading = "\n".join(self.headings)
            self.found.take(item_of(item, self.terms, heading, shown))
            self.headings.clear()
            if item.get("initial") or any(k.startswith("initial") for k in item):
                reason = "It has an answer chosen beforehand; here nothing is."
                self.found.leave_out(where, reason, asked=False)
        except NotRepresentableError as error:
            self.found.leave_out(where, str(error))
        self.items(inside, shown, depth + 1)

    def note_extensions(self, resource: Element) -> None:
        """Note which extensions of items mean something and were not read."""
        names = {
            name
            for item in elements(resource, "item")
            for element in everything(item)
            if isinstance(element.get("extension"), list) and "url" not in element
            for name, _ in extensions(element)
        }
        if left := unread(names):
            sentence = f"Extensions that were not read: {told(left)}."
            self.found.notes.append(sentence)
