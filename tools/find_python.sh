#!/bin/sh
# Print the first Python on this machine that can run the project (3.8 to
# 3.14, with venv); PYTHON=... is asked first. Prints nothing if there is none
check='import sys, venv, ensurepip; sys.exit(not (3, 8) <= sys.version_info[:2] <= (3, 14))'
for name in ${PYTHON:-} python3.11 python3.12 python3.10 python3.13 \
        python3.9 python3.8 python3.14 python3 python; do
    if "$name" -c "$check" >/dev/null 2>&1; then
        echo "$name"
        exit 0
    fi
done
exit 1
