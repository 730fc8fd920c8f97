# The service in a container: docker build -t trialmatch . && docker run -p 127.0.0.1:7860:7860 -e TRIALMATCH_PASSWORD=... trialmatch
# Everything is downloaded while it is built; nothing while it runs.

FROM python:3.11-slim-bookworm AS build
# For example an index of CPU-only wheels: --build-arg PIP_EXTRA_INDEX_URL=...
ARG PIP_EXTRA_INDEX_URL=""
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/trialmatch
ENV PATH=/opt/trialmatch/bin:$PATH
WORKDIR /src
# The libraries change seldom, so they have a layer of their own; the tools of development stay out.
COPY pyproject.toml requirements.lock ./
RUN python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies'], sep='\n')" > wanted.txt \
    && pip install --no-cache-dir --constraint requirements.lock --requirement wanted.txt
# What .dockerignore lets through: the packages, the seeds, and what the wheel needs.
COPY . .
RUN pip install --no-cache-dir --no-deps . && pip check

FROM python:3.11-slim-bookworm
LABEL org.opencontainers.image.title="Trialmatch" \
      org.opencontainers.image.description="Clinical-trial criteria against a patient's note, every verdict with its quotes" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin trialmatch && mkdir /data && chown 10001:10001 /data
COPY --from=build /opt/trialmatch /opt/trialmatch
ENV PATH=/opt/trialmatch/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ANONYMIZED_TELEMETRY=False \
    GRADIO_TEMP_DIR=/tmp/gradio \
    TRIALMATCH_STORE=/data/store \
    TRIALMATCH_HOST=0.0.0.0 \
    TRIALMATCH_PORT=7860
WORKDIR /data
USER 10001:10001
VOLUME /data
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=180s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f\"http://127.0.0.1:{os.environ['TRIALMATCH_PORT']}/api/health\", timeout=4)"]
ENTRYPOINT ["trialmatch"]
CMD ["serve"]
