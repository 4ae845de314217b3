#!/bin/sh
# Install gluon_style and what it needs: install.sh PYTHON [EXTRA,EXTRA...]
set -e
python=$1
extras=${2:+[$2]}
# Python compiles a module when it is first imported: all of them, most of
# which nobody imports, would take a minute
install() {
    "$python" -m pip install -q --disable-pip-version-check --no-compile \
        --no-warn-conflicts "$@"
}

echo 'Installing gluon_style and what it needs (a few minutes once)'
install -e ".$extras"
# no NumPy for Python 3.13 and later is one that MXNet's metadata allow
if ! "$python" -m pip show -q mxnet 2>/dev/null; then
    install --no-deps mxnet==1.9.1
fi
"$python" -m gluon_style._mxnet.link_libraries
