"""One bundle of the invented study, with everything in it, for all who only read."""

from pathlib import Path
from typing import NamedTuple

import pytest

from tests.exports.invented import bundle, members, participants
from wellbeing.exports.bundle import BundleReport
from wellbeing.exports.extras import Extra


class Made(NamedTuple):
    files: dict[str, bytes]
    folder: Path
    report: BundleReport

    def data(self, table: str) -> Path:
        return self.folder / f"data/study-demostudy_type-{table}_data.csv"


@pytest.fixture(scope="session")
def made(tmp_path_factory) -> Made:
    """The whole bundle, unpacked."""
    data, report = bundle(participants(60), extras=frozenset(Extra))
    files = dict(members(data))
    folder = tmp_path_factory.mktemp("bundle")
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return Made(files, folder, report)
