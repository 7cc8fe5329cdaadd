"""Settings that every test shares; they stand before the first import of torch or transformers."""

from __future__ import annotations

import os
import signal

from hypothesis import settings

os.environ["HF_HUB_OFFLINE"] = "1"  # the app runs offline, so its tests do
os.environ["OMP_NUM_THREADS"] = "1"  # a second thread only waits when another process wants the core

settings.register_profile("calm", deadline=None, derandomize=True, database=None)  # same examples every run
settings.load_profile("calm")

# A process started in the background ignores Ctrl-C; the tests that press it would wait in vain.
signal.signal(signal.SIGINT, signal.default_int_handler)
