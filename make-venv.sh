#!/bin/sh
# Make a virtual environment with the newest Python from 3.11 on that really runs here.
# PYTHON=/path/to/python chooses another.
set -eu

venv=$1
for python in ${PYTHON:-python3.13 python3.12 python3.11 python3}; do
    # a version manager's shim may be on the path and still run nothing
    if "$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        echo "Making $venv with $("$python" --version)"
        exec "$python" -m venv "$venv"
    fi
done
echo "make: no usable Python: install Python 3.11, 3.12 or 3.13 (with venv), or set PYTHON=/path/to/it" >&2
exit 1
