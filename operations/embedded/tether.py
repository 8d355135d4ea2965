"""Becomes another program that ends when its starter ends, however the starter ends.

Run as a script by `children.spawn`, never imported by it: the death signal must be set in the new process itself,
after it has given up root (the kernel forgets the signal when the user changes), and between fork and exec Python
code of a threaded program must not run. Arguments: the starter's pid, the signal's number, uid and gid to become
(empty: stay), the command.

On systems without `prctl` the program simply starts; what it leaves behind after a kill is found by the next start.
"""

import ctypes
import os
import sys

SET_PARENT_DEATH_SIGNAL = 1


def main() -> None:
    starter, ending, uid, gid, *command = sys.argv[1:]
    if uid:
        os.setgroups([])
        os.setgid(int(gid))
        os.setuid(int(uid))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, int(ending))
        # The starter may have died before the line above: then nobody would ever send the signal.
        if os.getppid() != int(starter):
            sys.exit(1)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
