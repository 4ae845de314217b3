#!/bin/sh
# What root does once on a Debian or Ubuntu: the packages that `make` needs,
# and a user `student` if there is none. With the argument `libraries`, also
# the system libraries of MXNet and OpenCV; without it, `make` links MXNet's
# from wheels. The Dockerfile and tools/bare_debian.sh run this.
set -e
export DEBIAN_FRONTEND=noninteractive
libraries=
if [ "${1:-}" = libraries ]; then
    libraries='libgomp1 libgl1 libglib2.0-0'
    if [ "$(dpkg --print-architecture)" = amd64 ]; then
        libraries="$libraries libquadmath0"
    fi
fi
apt-get update -qq
# shellcheck disable=SC2086
apt-get install -y -qq --no-install-recommends \
    ca-certificates make python3 python3-venv $libraries
id student >/dev/null 2>&1 || useradd --create-home --shell /bin/sh student
