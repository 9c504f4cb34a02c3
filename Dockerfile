# One image for both shapes: `up` runs everything in one container; compose.yaml shows the parts apart.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 DATA_DIR=/data HOST=0.0.0.0
WORKDIR /app
COPY requirements.txt .
RUN pip install --disable-pip-version-check --require-hashes -r requirements.txt
COPY manage.py pyproject.toml ./
COPY prmonitor prmonitor
COPY monitor monitor
COPY notifications notifications
COPY templates templates
RUN useradd --system --uid 10001 prmonitor && mkdir -m 700 /data && chown prmonitor /data \
    && python -m compileall -q prmonitor monitor notifications
USER prmonitor
VOLUME /data
EXPOSE 8000
# Any answer but a server error: the name under which it is asked need not be one of ALLOWED_HOSTS.
HEALTHCHECK --start-period=60s CMD ["python", "-c", "import http.client as h; c = h.HTTPConnection('127.0.0.1', 8000, timeout=5); c.request('GET', '/health/live'); assert c.getresponse().status < 500"]
CMD ["python", "manage.py", "up"]
