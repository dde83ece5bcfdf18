"""The floor: one bare page, served just as the app is. FLOOR names its script."""

import gc
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Load what the app loads, and keep the garbage collector off it."""
    import wellbeing.ui.main  # noqa: F401, PLC0415 (only for what it loads)

    gc.collect()
    gc.freeze()
    yield


app = st.App(Path(__file__).parent / f"{os.environ['FLOOR']}.py", lifespan=lifespan)
