"""The sample questionnaires stand in their catalogue and read as it says."""

import re

import pytest

from tests.instruments.formats.samples import FOLDER, SAMPLES
from wellbeing.instruments.formats import own_json, own_template
from wellbeing.instruments.formats.read import understand

CATALOGUE = (FOLDER.parents[1] / "README.md").read_text(encoding="utf-8")
_ENTRY = re.compile(r"^\| `(\w+\.\w+)` \|[^|]+\| ([^|]+) \|$", re.MULTILINE)
ENTRIES = dict(_ENTRY.findall(CATALOGUE))


def told(name):
    found = understand(SAMPLES[name])
    parts = [f"{len(found.items)} items"]
    parts += [f"{len(found.needs_word)} left out"] if found.needs_word else []
    parts += ["scores to confirm"] if found.to_confirm else []
    return ", ".join(parts)


def test_every_sample_stands_in_the_catalogue_and_nothing_else_does():
    assert ENTRIES.keys() == SAMPLES.keys()


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_reads_as_the_catalogue_says(name):
    assert told(name) == ENTRIES[name]


def test_the_samples_of_our_own_formats_say_the_same():
    made = understand(SAMPLES["evenings.json"])
    assert understand(SAMPLES["evenings.xlsx"]) == made
    assert understand(own_template.write(made)) == made
    assert own_json.write(made) == SAMPLES["evenings.json"]


def test_fhir_has_all_of_the_sample_and_redcap_all_but_the_scores():
    made = understand(SAMPLES["evenings.json"])
    assert understand(SAMPLES["evenings_fhir_r4.json"]) == made
    read = understand(SAMPLES["evenings_redcap.csv"])
    assert [i.text for i in read.items] == [i.text for i in made.items]
    assert [i.show_if for i in read.items] == [i.show_if for i in made.items]
