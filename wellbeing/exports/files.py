"""The files that every bundle has, with what each is."""

from wellbeing.content.load import say
from wellbeing.exports.archive import CHECKSUMS
from wellbeing.exports.data_package import LICENCE_FILE, path_of
from wellbeing.exports.layout import Layout


def own_files(layout: Layout) -> dict[str, str]:
    """Return each file by its name in the bundle, README and checksums apart."""
    return {
        path_of(layout, layout.responses): say("bundle.file_responses"),
        path_of(layout, layout.scores): say("bundle.file_scores"),
        path_of(layout, layout.wide): say("bundle.file_wide", unit=layout.unit),
        "codebook.csv": say("bundle.file_codebook"),
        "codebook.json": say("bundle.file_codebook_json"),
        "datapackage.json": say("bundle.file_datapackage"),
        "dataset_description.json": say("bundle.file_psych_ds"),
        "report.json": say("bundle.file_report"),
        LICENCE_FILE: say("bundle.file_licence"),
        "CITATION.cff": say("bundle.file_citation"),
        CHECKSUMS: say("bundle.file_checksums"),
        **{
            f"scripts/import.{end}": say("bundle.file_scripts")
            for end in ("R", "py", "do", "sps")
        },
    }
