"""Files made for tests: archives, workbooks, dictionaries, resources."""

import csv
import io
import json
import zipfile

from wellbeing.instruments.formats.redcap import COLUMNS
from wellbeing.instruments.formats.redcap_writing import HEADER

ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"


def zipped(parts, **how):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, **how) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file.getvalue()


def repacked(data, change):
    """Return an archive whose parts went through a function of name and part."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return zipped({name: change(name, part) for name, part in parts.items()})


def field(name, kind="radio", choices="0, No | 1, Yes", **others):
    """Return one row of a dictionary, by the names of REDCap's API."""
    row = {
        "field_name": name,
        "form_name": "form_a",
        "field_type": kind,
        "field_label": f"What about {name}?",
        "select_choices_or_calculations": choices if kind != "text" else "",
    }
    return row | others


API = tuple(COLUMNS)


def dictionary(*rows, header=HEADER, delimiter=","):
    """Return the text of a dictionary."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([row.get(column, "") for column in API] for row in rows)
    return file.getvalue()


def resource(*items, **others):
    """Return a FHIR Questionnaire."""
    made = {"resourceType": "Questionnaire", "status": "active", "item": list(items)}
    return json.dumps(made | others).encode()


def choice(link="q1", *options, **others):
    """Return a FHIR item of the type choice."""
    made = {"linkId": link, "type": "choice", "text": f"What about {link}?"}
    offered = options or (("a", "A little", 0), ("b", "A lot", 1))
    made["answerOption"] = [
        {
            "valueCoding": {"code": code, "display": label},
            **({} if score is None else {"extension": [weight(score)]}),
        }
        for code, label, score in offered
    ]
    return made | others


def weight(score, url=ORDINAL):
    return {"url": url, "valueDecimal": score}


def asks(kind="text", link="other", **others):
    """Return a FHIR item of another type."""
    return {"linkId": link, "type": kind, "text": f"Say {link}."} | others


def extended(name, **value):
    return {"extension": [{"url": f"http://hl7.org/fhir/x/{name}", **value}]}
