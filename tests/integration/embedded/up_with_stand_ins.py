"""`chairside up` as it is, with stand-ins for the three services: run as a program by the tests beside it."""

import sys
from pathlib import Path

from operations.stack import parts, replicas, start
from operations.up import up

if __name__ == "__main__":
    start.CHAIRSIDE = replicas.CHAIRSIDE = (sys.executable, str(Path(__file__).with_name("stand_in.py")))
    parts.ProcessPart.__init__.__kwdefaults__["stop_bound"] = 2.0
    up(port=None, home=Path(sys.argv[1]), empty=False, replicas=1)
