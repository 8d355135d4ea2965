# One image for every service and job; the command says which. Built from the lock, so from hashes.
FROM python:3.13-slim AS build
RUN pip install --no-cache-dir uv==0.13.9
ENV UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=/opt/chairside UV_SYSTEM_CERTS=true
WORKDIR /build
COPY pyproject.toml uv.lock README.md ./
RUN uv sync --frozen --no-dev --no-install-project
COPY services services
COPY shared shared
COPY operations operations
RUN uv sync --frozen --no-dev --no-editable

FROM python:3.13-slim
RUN groupadd --system --gid 10001 chairside && useradd --system --uid 10001 --gid chairside --no-create-home chairside
COPY --from=build /opt/chairside /opt/chairside
ENV PATH=/opt/chairside/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER chairside
WORKDIR /home
ENTRYPOINT ["chairside"]
CMD ["--help"]
