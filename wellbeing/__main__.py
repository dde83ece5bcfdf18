"""``python -m wellbeing COMMAND``."""

import sys

from wellbeing.cli.main import main

sys.exit(main())
