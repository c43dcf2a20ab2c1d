# syntax=docker/dockerfile:1

FROM rust:1.95-slim-bookworm AS build
# SQLite, libpq and OpenSSL are compiled into the binary; OpenSSL is configured with Perl.
RUN apt-get update \
    && apt-get install -y --no-install-recommends build-essential perl \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    --mount=type=cache,target=/src/target,sharing=locked \
    cargo build --release --locked --bin rights-academy \
    && install -D target/release/rights-academy /out/rights-academy

FROM debian:bookworm-slim
# Certificate authorities, for a PostgreSQL that is reached with TLS (sslrootcert=/etc/ssl/certs/ca-certificates.crt).
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --system --gid 10001 academy \
    && useradd --system --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/rights-academy \
        --shell /usr/sbin/nologin academy \
    && install -d -o 10001 -g 10001 -m 0700 /var/lib/rights-academy
COPY --from=build /out/rights-academy /usr/local/bin/rights-academy
ENV RIGHTS_ACADEMY_BIND=0.0.0.0:8080 \
    RIGHTS_ACADEMY_DATA_DIR=/var/lib/rights-academy
USER 10001:10001
WORKDIR /var/lib/rights-academy
VOLUME /var/lib/rights-academy
EXPOSE 8080
STOPSIGNAL SIGTERM
# Bash speaks enough HTTP to ask whether the service is alive, so that the image needs no other program for it.
HEALTHCHECK --interval=15s --timeout=5s --start-period=10s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /health HTTP/1.0\\r\\n\\r\\n' >&3 && read -r status <&3 && [[ $status == *' 200 '* ]]"]
ENTRYPOINT ["rights-academy"]
CMD ["serve"]
