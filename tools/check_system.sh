#!/bin/sh
# Print the Python to use, or say all that this machine lacks, at once,
# before anything is downloaded. `make` runs this first; so can a machine
# that has no make yet: sh tools/check_system.sh
here=$(dirname "$0")
lacks=
packages=
lack() {
    lacks="$lacks
  - $1"
    packages="$packages${2:+ $2}"
}

case $(uname -s) in
    Linux)
        if ldd --version 2>&1 | grep -qi musl; then
            lack "the GNU C library: MXNet's wheels do not run on musl (Alpine)"
        fi ;;
    Darwin) ;;
    *) lack "Linux or macOS: MXNet 1.9.1 has no wheel for $(uname -s); on \
Windows use WSL 2" ;;
esac
command -v make >/dev/null || lack 'make' make

python=$(sh "$here/find_python.sh")
if [ -z "$python" ]; then
    for name in ${PYTHON:-} python3 python; do
        version=$("$name" -c \
            'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) \
            && break
    done
    case ${version:-none} in
        none) lack 'Python 3.8 to 3.14, with the venv module' \
            'python3 python3-venv' ;;
        3.8|3.9|3.1[0-4]) lack "the venv module of Python $version" \
            python3-venv ;;
        *) lack "a Python from 3.8 to 3.14 (here is $version); if you have \
one elsewhere: make PYTHON=/path/to/python ..." ;;
    esac
    machine=$(uname -m)
else
    machine=$("$python" -c 'import platform; print(platform.machine())')
fi
case $(uname -s)-$machine in
    *-x86_64|*-amd64) ;;
    Linux-aarch64) echo "Beware: MXNet's wheel for aarch64 needs the Arm \
Performance Libraries, which it does not bring (see docs/install.md)" >&2 ;;
    Darwin-arm64) lack 'an x86-64 Python (under Rosetta): MXNet 1.9.1 has no \
wheel for Apple silicon' ;;
    *) lack "an x86-64 processor: MXNet 1.9.1 has no wheel for $machine" ;;
esac

if [ -n "$lacks" ]; then
    echo "gluon_style cannot be set up here. This machine lacks:$lacks" >&2
    if [ -n "$packages" ]; then
        echo "On Debian and Ubuntu: apt-get install$packages" >&2
    fi
    exit 1
fi
echo "$python"
