"""Start the service: serve.py PORT [THREAD]. With a thread's name its profile is written when the service ends.

"loop" is the event loop's thread, "writer" the one that stores. One thread at a time: a profile of both would show
each waiting for the other.
"""

from __future__ import annotations

import cProfile
import io
import os
import pstats
import sys
import threading
from pathlib import Path

from zhengwutong.cli import main

LINES = 30


def serve(port: str) -> int:
    sys.argv = ["zhengwutong", "serve", "--port", port]
    return main()


def profiled(port: str, thread: str) -> int:
    profile = cProfile.Profile()
    if thread == "loop":
        code: int = profile.runcall(serve, port)
    else:
        run = threading.Thread.run

        def watched(self: threading.Thread) -> None:
            if self.name == thread:
                profile.runcall(run, self)
            else:
                run(self)

        threading.Thread.run = watched  # type: ignore[method-assign]
        code = serve(port)
    told = io.StringIO()
    pstats.Stats(profile, stream=told).strip_dirs().sort_stats("tottime").print_stats(LINES)
    Path(os.environ["ZHENGWUTONG_DATA"], "profile.txt").write_text(told.getvalue())
    return code


if __name__ == "__main__":
    raise SystemExit(profiled(*sys.argv[1:3]) if len(sys.argv) > 2 else serve(sys.argv[1]))
