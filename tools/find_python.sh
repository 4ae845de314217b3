#!/bin/sh
# Print the first Python on this machine that can run the project (3.8 to
# 3.12, with venv); PYTHON=... is asked first
check='import sys, venv, ensurepip; sys.exit(not (3, 8) <= sys.version_info[:2] <= (3, 12))'
for name in ${PYTHON:-} python3.11 python3.12 python3.10 python3.9 python3.8 \
        python3 python; do
    if "$name" -c "$check" >/dev/null 2>&1; then
        echo "$name"
        exit 0
    fi
done
echo "No Python that serves was found. gluon_style needs Python 3.8, 3.9, \
3.10, 3.11 or 3.12 with the venv module (on Debian and Ubuntu: apt-get \
install python3-venv), because MXNet 1.9.1 runs on no later one. If you have \
one elsewhere: make PYTHON=/path/to/python ..." >&2
exit 1
