"""The sample questionnaires of the repository, by name."""

from pathlib import Path

FOLDER = Path(__file__).parents[3] / "data" / "samples" / "questionnaires"
SAMPLES = {path.name: path.read_bytes() for path in sorted(FOLDER.iterdir())}
