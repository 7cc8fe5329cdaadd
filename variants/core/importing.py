"""One import at a time.

transformers loads its parts when they are first asked for, and two threads that ask at once get an
ImportError: so the server's warm-up and the first page take turns.
"""

from __future__ import annotations

import threading

TURN = threading.RLock()
