"""Scores of a bundle, computed anew by a script that knows its files only."""

import subprocess
import sys

# Nothing of Wellbeing is imported: this is what a researcher could write from
# codebook.json. Fractions are exact, so rounding is the only rounding.
SCRIPT = """
import csv, json, sys
from fractions import Fraction

folder = sys.argv[1]
codebook = json.load(open(folder + "/codebook.json", encoding="utf-8"))
rules = {c["name"]: c["scoring"] for c in codebook["tables"]["wide"]["columns"]
         if "scoring" in c}
name = folder + "/data/study-demostudy_type-wide_data.csv"
checked = empty = 0


def plain(rule, row):
    low, high = rule["codes"]
    given = []
    for item in rule["items"]:
        if row[item] != "":
            value = Fraction(row[item])
            given.append(low + high - value if item in rule["reversed"] else value)
    if len(given) < rule["needs"]:
        return None
    mean = sum(given) / len(given)
    if rule["method"] == "mean":
        return mean
    if rule["method"] == "sum":
        return mean * len(rule["items"])
    start, end = rule["range"]
    return start + (mean - low) / (high - low) * (Fraction(end) - Fraction(start))


for row in csv.DictReader(open(name, encoding="utf-8")):
    found = {}
    for column, rule in rules.items():
        if rule["method"] != "mean_of_scores":
            found[column] = plain(rule, row)
    for column, rule in rules.items():
        if rule["method"] == "mean_of_scores":
            parts = [found[part] for part in rule["scores"]]
            found[column] = None if None in parts else sum(parts) / len(parts)
    for column, score in found.items():
        if score is None:
            assert row[column] == "", (column, row[column])
            empty += 1
        else:
            assert float(round(score, codebook["score_decimals"])) == float(row[column])
            checked += 1
print(checked, empty)
"""


def test_an_independent_script_gets_every_score_exactly(made):
    done = subprocess.run(
        [sys.executable, "-I", "-c", SCRIPT, str(made.folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    checked, empty = map(int, done.stdout.split())
    assert checked > 4000
    assert empty > 100
