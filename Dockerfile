# The first stage installs; the last one holds what runs, and nothing to build with.

FROM python:3.13-slim AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /srv/onrecord

RUN python -m venv .venv
COPY requirements.txt ./
RUN .venv/bin/pip install --require-hashes --requirement requirements.txt

COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY migrations migrations
RUN .venv/bin/pip install --no-deps --no-build-isolation --no-index --editable . \
    && .venv/bin/python -m compileall -q app \
    && .venv/bin/pip uninstall --yes setuptools pip


FROM python:3.13-slim

RUN python -m pip uninstall --yes pip \
    && useradd --system --user-group --uid 10001 --create-home --home-dir /var/lib/onrecord onrecord

COPY --from=build /srv/onrecord /srv/onrecord
WORKDIR /srv/onrecord

ENV PATH="/srv/onrecord/.venv/bin:$PATH" \
    PYTHONDONTWRITEBYTECODE=1 \
    ONRECORD_HOST=0.0.0.0 \
    ONRECORD_DATA_DIR=/var/lib/onrecord

USER onrecord
VOLUME /var/lib/onrecord
EXPOSE 8000
STOPSIGNAL SIGTERM

HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ.get('ONRECORD_PORT', '8000') + '/healthz', timeout=4)"]

CMD ["onrecord", "serve"]
