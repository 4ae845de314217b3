# The notebooks in JupyterLab, as a user without root:
#
#     docker build -t gluon-style .
#     docker run --rm -p 127.0.0.1:8888:8888 gluon-style
#
# then open the address that it prints. The first -p keeps it on this
# machine's loopback. On an ARM machine (Apple silicon) add to both lines:
# --platform linux/amd64, because MXNet's ARM wheel needs libraries that it
# does not bring (docs/install.md). The steps are those that
# tools/bare_debian.sh tries in a chroot; the image itself was not built.
FROM debian:13-slim

COPY tools/debian_as_root.sh /tmp/
RUN sh /tmp/debian_as_root.sh libraries && rm -rf /var/lib/apt/lists/*

USER student
COPY --chown=student:student . /home/student/gluon_style
WORKDIR /home/student/gluon_style
RUN make .venv/installed-notebooks

EXPOSE 8888
CMD [".venv/bin/jupyter", "lab", "--ip=0.0.0.0", "--no-browser", "notebooks"]
