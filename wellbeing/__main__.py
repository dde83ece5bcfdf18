"""``python -m wellbeing COMMAND``."""

import os
import sys

from wellbeing.cli.main import main

# What it writes is for who runs it: databases, backups and bundles hold answers.
os.umask(0o077)
sys.exit(main())
