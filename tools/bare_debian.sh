#!/bin/sh
# Try the project on a bare Debian, as root, in a chroot (minutes, 2 GB):
#
#     tools/bare_debian.sh FOLDER RELEASE [libraries]
#
# RELEASE is bookworm (12), trixie (13) or another. Builds a minimal root in
# FOLDER with debootstrap, does there what the Dockerfile does, then, as a
# user without root, `make demo` and a short `make test`. With `libraries`,
# the system libraries come from packages; else from wheels. MIRROR=... is
# Debian's mirror; else the one this machine uses. The way to the package
# index (pip's settings, certificates, proxies) is this machine's too.
set -eu
mkdir -p "$1"
folder=$(realpath "$1")
release=$2
libraries=${3:-}
project=$(realpath "$(dirname "$0")/..")
base=$folder/$release
root=$folder/$release-${libraries:-wheels}
home=$root/home/student
tests='tests/test_runtime.py tests/test_link_libraries.py
    tests/test_numpy_names.py tests/test_losses.py tests/test_golden.py'

mirror=${MIRROR:-$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* \
    2>/dev/null | grep -oE '^(URIs: |deb )(\[.*\] )?[a-z]+://[^ ]+/debian/?' \
    | grep -oE '[a-z]+://.*' | head -n 1)}
if [ ! -e "$base.done" ]; then
    echo "== a minimal $release from ${MIRROR:-this machine's mirror}"
    debootstrap --variant=minbase "$release" "$base" "$mirror" \
        >"$base.log" 2>&1 || { tail -n 3 "$base.log"; exit 1; }
    touch "$base.done"
fi
[ ! -e "$root" ] || { echo "$root is in the way: remove it"; exit 1; }
cp -a "$base" "$root"

copy() {  # this machine's file or folder, to the same place in the root
    if [ -e "$1" ]; then
        mkdir -p "$root$(dirname "${2:-$1}")"
        cp -rL "$1" "$root${2:-$1}"
    fi
}
copy /etc/resolv.conf
copy /etc/hosts

unmount() {
    for place in proc sys dev/shm; do
        umount "$root/$place" 2>/dev/null || true
    done
}
trap unmount EXIT
mount -t proc proc "$root/proc"
mount --bind /sys "$root/sys"
mount -t tmpfs tmpfs "$root/dev/shm"

settings=$(env | grep -E \
    '^(PIP_|SSL_CERT_FILE=|https?_proxy=|HTTPS?_PROXY=|OPENBLAS_)' || true)
as_student() {
    # shellcheck disable=SC2086
    chroot --userspec=student:student "$root" /usr/bin/env -i \
        $settings HOME=/home/student PATH=/usr/local/bin:/usr/bin:/bin \
        LANG=C.UTF-8 sh -c "cd ~/gluon_style && $1"
}

echo '== what the bare system is told'
mkdir -p "$root/tmp/tools"
cp "$project"/tools/*.sh "$root/tmp/tools"
chroot "$root" sh /tmp/tools/check_system.sh || true

echo "== as root: debian_as_root.sh $libraries"
chroot "$root" sh /tmp/tools/debian_as_root.sh $libraries >"$root.log" 2>&1 \
    || { tail -n 3 "$root.log"; exit 1; }
# only now: the package ca-certificates writes the certificates anew
for file in /etc/pip.conf /etc/xdg/pip \
        "${PIP_CERT:-}" "${SSL_CERT_FILE:-}"; do
    [ -z "$file" ] || copy "$file"
done
copy "$HOME/.config/pip" /home/student/.config/pip
mkdir -p "$home/gluon_style"
git -C "$project" archive HEAD | tar -x -C "$home/gluon_style"
chroot "$root" chown -R student:student /home/student

echo '== make demo'
as_student 'make demo 2>&1 | tr "\r" "\n" | grep -v %'
as_student 'test -s gluon-style-demo.png'
as_student ".venv/bin/python tools/same_picture.py .venv/bin/python"
echo '== a short make test'
as_student 'make test TESTS="'"$(echo $tests)"'"'
