#!/bin/sh
# other-end.sh VENV OTHER: make the virtual environment OTHER for the other end of the supported
# versions of Ansible than VENV has: the newest for the oldest, and the other way round.
# The newest needs Python 3.12; where there is none, OTHER is not made, which is said aloud.
set -eu

venv=$1
other=$2
[ -x "$other/bin/python" ] && exit
if "$venv/bin/python" -c 'import sys; sys.exit(sys.version_info < (3, 12))'; then
    echo "Making $other for the oldest Ansible, with the Python of $venv"
    # the constraint comes first: an interrupted run must not leave an environment without it
    mkdir -p "$other"
    printf 'ansible<13\n' > "$other/constraints.txt"
    printf '[install]\nconstraint = %s/constraints.txt\n' "$(cd "$other" && pwd)" > "$other/pip.conf"
    "$venv/bin/python" -m venv "$other"
else
    "$(dirname "$0")/make-venv.sh" --least 3.12 "$other" ||
        echo "NOT TESTED: the newest Ansible, since it needs Python 3.12 or newer" >&2
fi
