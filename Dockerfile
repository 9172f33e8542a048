# Switchboard in one small image: the server, the built widget and the built panel. No Node, no compiler.
#
#   docker build -t switchboard .
#   docker run -p 8080:8080 -v switchboard:/data switchboard
#   docker exec <container> switchboard init --name Acme --agent-email ada@acme.example --agent-password …

FROM python:3.11-slim AS build
WORKDIR /src
RUN python -m venv /opt/switchboard
COPY pyproject.toml README.md LICENSE NOTICE server.py ./
COPY hub hub
COPY storage storage
COPY mobile_push mobile_push
COPY media media
COPY widget/__init__.py widget/__init__.py
COPY widget/dist widget/dist
COPY widget/shared/locales widget/shared/locales
COPY panel/__init__.py panel/__init__.py
COPY panel/dist panel/dist
RUN /opt/switchboard/bin/pip install --no-cache-dir --disable-pip-version-check .

FROM python:3.11-slim
# The data folder belongs to the user that runs the server; a new volume takes this over.
RUN useradd --uid 10001 --create-home switchboard && install -d -m 0700 -o switchboard -g switchboard /data
COPY --from=build /opt/switchboard /opt/switchboard
ENV PATH=/opt/switchboard/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HUB_HOST=0.0.0.0 \
    HUB_PORT=8080 \
    HUB_DATA=/data
USER switchboard
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['HUB_PORT']}/readyz\", timeout=4)"]
ENTRYPOINT ["switchboard"]
CMD ["serve"]
