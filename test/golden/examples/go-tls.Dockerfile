# syntax=docker/dockerfile:1
FROM golang:1 AS build

# Time zones, and curl to look around with
RUN apt-get update
RUN apt-get install -y tzdata curl vim-tiny

ENV TZ=Europe/Berlin

WORKDIR /go/src/app
# What dependencies need comes first: a change of the source does not install them again
COPY go.mod go.sum ./

# With a cache that stays between builds, and out of the image
RUN --mount=type=cache,target=/go/pkg/mod go mod download

COPY . .
# Without cgo, to run where there is no C library; without symbols, debug data and paths; with a cache that stays between builds, and out of the image
RUN --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -v -o /usr/local/bin/app .

# Prepares what is shipped
FROM build AS trimmed
# Tests, documentation and what else the app does not use
RUN rm -rf /etc/ssl/private \
    && find \
        /usr/lib/x86_64-linux-gnu/gconv -name '*.so' ! -name CP1250.so ! -name CP1251.so ! -name CP1252.so \
        ! -name ISO8859-1.so ! -name ISO8859-15.so ! -name ISO8859-2.so ! -name UNICODE.so ! -name UTF-16.so \
        ! -name UTF-32.so ! -name UTF-7.so \
        -prune -exec rm -rf {} +
# Links, which COPY would follow, and small files, in one layer
RUN mkdir -p /slim/go/src /slim/tmp /slim/var/tmp \
    && cp -a --parents \
        /etc/ld.so.conf.d /etc/localtime /etc/os-release /go/src/app/templates /lib /lib64 /usr/bin/curl \
        /usr/bin/ld.so /usr/lib/os-release /usr/lib/ssl/cert.pem /usr/lib/ssl/certs /usr/lib/ssl/openssl.cnf \
        /usr/lib/x86_64-linux-gnu/libresolv.so /usr/lib64/ld-linux-x86-64.so.N \
        /slim/ \
    && chmod 1777 /slim/tmp /slim/go/src /slim/var/tmp
# What scanners look for: the packages of which files are shipped
RUN mkdir -p /slim/var/lib/dpkg/status.d \
    && for name in \
        base-files ca-certificates curl libbrotli1 libc-bin libc6 libcom-err2 libcurl4t64 libffi8 libgcc-s1 \
        libgmp10 libgnutls30t64 libgssapi-krb5-2 libhogweed6t64 libidn2-0 libk5crypto3 libkeyutils1 \
        libkrb5-3 libkrb5support0 libldap2 libnettle8t64 libnghttp2-14 libnghttp3-9 libp11-kit0 libpsl5t64 \
        librtmp1 libsasl2-2 libssh2-1t64 libssl3t64 libtasn1-6 libunistring5 libzstd1 openssl tzdata zlib1g; \
        do dpkg-query --status "$name" > "/slim/var/lib/dpkg/status.d/$name" || exit 1; done

# What is shipped: only what the app uses
FROM scratch
# What every system has: users, certificates and the like
COPY --link --from=trimmed /usr/lib/x86_64-linux-gnu/gconv /usr/lib/x86_64-linux-gnu/gconv
# What the app reads
COPY --link --from=build \
    /etc/debian_version /etc/gai.conf /etc/group /etc/host.conf /etc/ld.so.cache /etc/ld.so.conf \
    /etc/nsswitch.conf /etc/passwd \
    /etc/
COPY --link --from=trimmed /etc/ssl /etc/ssl
COPY --link --from=build \
    /usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.N /usr/lib/x86_64-linux-gnu/libbrotlicommon.so.N \
    /usr/lib/x86_64-linux-gnu/libbrotlidec.so.N /usr/lib/x86_64-linux-gnu/libc.so.N \
    /usr/lib/x86_64-linux-gnu/libcom_err.so.N /usr/lib/x86_64-linux-gnu/libcrypto.so.N \
    /usr/lib/x86_64-linux-gnu/libcurl.so.N /usr/lib/x86_64-linux-gnu/libffi.so.N \
    /usr/lib/x86_64-linux-gnu/libgcc_s.so.N /usr/lib/x86_64-linux-gnu/libgmp.so.N \
    /usr/lib/x86_64-linux-gnu/libgnutls.so.N /usr/lib/x86_64-linux-gnu/libgssapi_krb5.so.N \
    /usr/lib/x86_64-linux-gnu/libhogweed.so.N /usr/lib/x86_64-linux-gnu/libidn2.so.N \
    /usr/lib/x86_64-linux-gnu/libk5crypto.so.N /usr/lib/x86_64-linux-gnu/libkeyutils.so.N \
    /usr/lib/x86_64-linux-gnu/libkrb5.so.N /usr/lib/x86_64-linux-gnu/libkrb5support.so.N \
    /usr/lib/x86_64-linux-gnu/liblber.so.N /usr/lib/x86_64-linux-gnu/libldap.so.N \
    /usr/lib/x86_64-linux-gnu/libnettle.so.N /usr/lib/x86_64-linux-gnu/libnghttp2.so.N \
    /usr/lib/x86_64-linux-gnu/libnghttp3.so.N /usr/lib/x86_64-linux-gnu/libnss_dns.so.N \
    /usr/lib/x86_64-linux-gnu/libnss_files.so.N /usr/lib/x86_64-linux-gnu/libp11-kit.so.N \
    /usr/lib/x86_64-linux-gnu/libpsl.so.N /usr/lib/x86_64-linux-gnu/libresolv.so.N \
    /usr/lib/x86_64-linux-gnu/librtmp.so.N /usr/lib/x86_64-linux-gnu/libsasl2.so.N \
    /usr/lib/x86_64-linux-gnu/libssh2.so.N /usr/lib/x86_64-linux-gnu/libssl.so.N \
    /usr/lib/x86_64-linux-gnu/libtasn1.so.N /usr/lib/x86_64-linux-gnu/libunistring.so.N \
    /usr/lib/x86_64-linux-gnu/libz.so.N /usr/lib/x86_64-linux-gnu/libzstd.so.N \
    /usr/lib/x86_64-linux-gnu/
COPY --link --from=build /usr/share/ca-certificates /usr/share/ca-certificates
# What every system has: users, certificates and the like
COPY --link --from=build /usr/share/zoneinfo /usr/share/zoneinfo
# What is run
COPY --link --from=build /usr/local/bin/app /usr/local/bin/app
# Links, folders and small files
COPY --link --from=trimmed /slim/ /
ENV PATH=/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TZ=Europe/Berlin
WORKDIR /go/src/app
# Not root, and by number: no file has to name it
USER 65532:65532
EXPOSE 8080
# Without a shell
HEALTHCHECK --interval=30s CMD ["curl", "-f", "http://localhost:8080/healthz"]
# Started without a shell: it gets the signals itself
ENTRYPOINT ["app"]
