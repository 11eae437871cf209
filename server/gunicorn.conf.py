"""How gunicorn serves: `gunicorn --config server/gunicorn.conf.py server.wsgi:app`.

Threads: an upload over a poor line holds a thread for as long as it takes (400 kB at 50 kB/s: eight seconds), and it
waits for the network almost all of that time. 60 of them may be open and a text round must still be answered within a
second, so each process has 60 threads for slow photos and 20 for everything else; processes do not share the open
connections evenly, so each must be able to hold all 60. A waiting thread costs about 0.1 MB and no CPU. Two processes,
because the work itself (JSON, SQL, hashing) uses one core a process. tests/load/slow_uploads.py measures it.
"""

# ruff: noqa: N999  # gunicorn's own name for this file
import gc
import os
from pathlib import Path
from typing import Any

SLOW_UPLOADS, EVERYTHING_ELSE = 60, 20
STALLED_SECONDS = 30  # a connection on which nothing comes for so long is given up; the phone goes on where it stopped

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_PROCESSES", "2"))
threads = SLOW_UPLOADS + EVERYTHING_ELSE
worker_connections = 1000
backlog = 512
keepalive = 15  # an idle kept connection waits in the poller, not in a thread
timeout = 60  # of a process's heartbeat, not of a request
graceful_timeout = 8
accesslog = None  # server/web.py writes one line a request, without names, texts or links
errorlog = "-"
loglevel = "warning"
forwarded_allow_ips = ""  # believe no proxy here: server/web.py believes as many as TRUSTED_PROXIES says
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  # the heartbeat's file: no disk


def post_worker_init(_worker: Any) -> None:
    """Keep what was made at the start for good: looking for garbage in it again and again would find none."""
    gc.collect()
    gc.freeze()


def pre_request(_worker: Any, req: Any) -> None:
    """Let a read from a dead connection end: gunicorn's threads would wait for its bytes for ever."""
    req.unreader.sock.settimeout(STALLED_SECONDS)
