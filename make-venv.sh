#!/bin/sh
# make-venv.sh VENV: a virtual environment with the newest Python from 3.11 on that really runs here.
# make-venv.sh --least 3.12 VENV: the same, from 3.12 on.
# PYTHON=/path/to/python chooses another.
set -eu

least=3.11
if [ "$1" = --least ]; then
    least=$2
    shift 2
fi
venv=$1
managed= # pyenv's versions, where its shims are on the path
IFS=:
for directory in $PATH; do
    case $directory in */shims) managed="$managed ${directory%shims}versions/3.1[123]*/bin/python" ;; esac
done
unset IFS
for python in ${PYTHON:-python3.13 python3.12 python3.11 python3 $managed}; do
    # a version manager's shim may be on the path and still run nothing
    if "$python" -c "
import sys, venv, ensurepip
sys.exit(sys.version_info < tuple(map(int, '$least'.split('.'))))" 2>/dev/null; then
        echo "Making $venv with $("$python" --version)"
        exec "$python" -m venv "$venv"
    fi
done
echo "make: no usable Python: install Python $least or newer, up to 3.13 (with venv), or set PYTHON=/path/to/it" >&2
exit 1
