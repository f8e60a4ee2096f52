# syntax=docker/dockerfile:1
FROM debian:13 AS build

# Tools of the script
RUN apt-get update
RUN apt-get install -y bash curl gawk jq tzdata vim-tiny

ENV TZ=Europe/Berlin

WORKDIR /opt/report
ADD . .
RUN chmod -R 777 .

# Prepares what is shipped
FROM build AS trimmed
# Tests, documentation and what else the app does not use
RUN rm -rf /etc/ssl/private \
    && rm -rf /opt/report/Dockerfile* /opt/report/README.md
# Links, which COPY would follow, and small files, in one layer
RUN mkdir -p /slim/opt/report /slim/tmp /slim/var/tmp \
    && cp -a --parents \
        /bin /etc/alternatives/awk /etc/alternatives/nawk /etc/ld.so.conf.d /etc/localtime /etc/os-release \
        /lib /lib64 /usr/bin/awk /usr/bin/dnsdomainname /usr/bin/domainname /usr/bin/ld.so /usr/bin/nawk \
        /usr/bin/nisdomainname /usr/bin/rbash /usr/bin/sh /usr/bin/ypdomainname /usr/lib/os-release \
        /usr/lib/ssl/cert.pem /usr/lib/ssl/openssl.cnf /usr/lib64/ld-linux-x86-64.so.N \
        /slim/ \
    && chmod 1777 /slim/tmp /slim/var/tmp \
    && chmod 777 /slim/opt/report
# What scanners look for: the packages of which files are shipped
RUN mkdir -p /slim/var/lib/dpkg/status.d \
    && for name in \
        base-files bash ca-certificates coreutils curl dash gawk hostname jq libbrotli1 libc-bin libc6 \
        libcom-err2 libcurl4t64 libffi8 libgcc-s1 libgmp10 libgnutls30t64 libgssapi-krb5-2 libhogweed6t64 \
        libidn2-0 libjq1 libk5crypto3 libkeyutils1 libkrb5-3 libkrb5support0 libldap2 libmpfr6 libnettle8t64 \
        libnghttp2-14 libnghttp3-9 libonig5 libp11-kit0 libpsl5t64 libreadline8t64 librtmp1 libsasl2-2 \
        libsigsegv2 libssh2-1t64 libssl3t64 libtasn1-6 libtinfo6 libunistring5 libzstd1 openssl tzdata \
        zlib1g; \
        do dpkg-query --status "$name" > "/slim/var/lib/dpkg/status.d/$name" || exit 1; done

# What is shipped: only what the app uses
FROM scratch
# What every system has: users, certificates and the like
COPY --link --from=build /usr/lib/x86_64-linux-gnu/gconv /usr/lib/x86_64-linux-gnu/gconv
COPY --link --from=trimmed /etc/ssl /etc/ssl
COPY --link --from=build /usr/share/zoneinfo /usr/share/zoneinfo
# What is run
COPY --link --from=build \
    ["/usr/bin/[[]", "/usr/bin/bash", "/usr/bin/cat", "/usr/bin/curl", "/usr/bin/cut", "/usr/bin/dash", \
    "/usr/bin/date", "/usr/bin/dirname", "/usr/bin/env", "/usr/bin/gawk", "/usr/bin/head", \
    "/usr/bin/hostname", "/usr/bin/jq", "/usr/bin/mktemp", "/usr/bin/printf", "/usr/bin/rm", \
    "/usr/bin/sort", "/usr/bin/wc", \
    "/usr/bin/"]
# What the app needs
COPY --link --from=build \
    /usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.N /usr/lib/x86_64-linux-gnu/libbrotlicommon.so.N \
    /usr/lib/x86_64-linux-gnu/libbrotlidec.so.N /usr/lib/x86_64-linux-gnu/libc.so.N \
    /usr/lib/x86_64-linux-gnu/libcom_err.so.N /usr/lib/x86_64-linux-gnu/libcrypto.so.N \
    /usr/lib/x86_64-linux-gnu/libcurl.so.N /usr/lib/x86_64-linux-gnu/libffi.so.N \
    /usr/lib/x86_64-linux-gnu/libgcc_s.so.N /usr/lib/x86_64-linux-gnu/libgmp.so.N \
    /usr/lib/x86_64-linux-gnu/libgnutls.so.N /usr/lib/x86_64-linux-gnu/libgssapi_krb5.so.N \
    /usr/lib/x86_64-linux-gnu/libhogweed.so.N /usr/lib/x86_64-linux-gnu/libidn2.so.N \
    /usr/lib/x86_64-linux-gnu/libjq.so.N /usr/lib/x86_64-linux-gnu/libk5crypto.so.N \
    /usr/lib/x86_64-linux-gnu/libkeyutils.so.N /usr/lib/x86_64-linux-gnu/libkrb5.so.N \
    /usr/lib/x86_64-linux-gnu/libkrb5support.so.N /usr/lib/x86_64-linux-gnu/liblber.so.N \
    /usr/lib/x86_64-linux-gnu/libldap.so.N /usr/lib/x86_64-linux-gnu/libm.so.N \
    /usr/lib/x86_64-linux-gnu/libmpfr.so.N /usr/lib/x86_64-linux-gnu/libnettle.so.N \
    /usr/lib/x86_64-linux-gnu/libnghttp2.so.N /usr/lib/x86_64-linux-gnu/libnghttp3.so.N \
    /usr/lib/x86_64-linux-gnu/libnss_dns.so.N /usr/lib/x86_64-linux-gnu/libnss_files.so.N \
    /usr/lib/x86_64-linux-gnu/libonig.so.N /usr/lib/x86_64-linux-gnu/libp11-kit.so.N \
    /usr/lib/x86_64-linux-gnu/libpsl.so.N /usr/lib/x86_64-linux-gnu/libreadline.so.N \
    /usr/lib/x86_64-linux-gnu/libresolv.so.N /usr/lib/x86_64-linux-gnu/librtmp.so.N \
    /usr/lib/x86_64-linux-gnu/libsasl2.so.N /usr/lib/x86_64-linux-gnu/libsigsegv.so.N \
    /usr/lib/x86_64-linux-gnu/libssh2.so.N /usr/lib/x86_64-linux-gnu/libssl.so.N \
    /usr/lib/x86_64-linux-gnu/libtasn1.so.N /usr/lib/x86_64-linux-gnu/libtinfo.so.N \
    /usr/lib/x86_64-linux-gnu/libunistring.so.N /usr/lib/x86_64-linux-gnu/libz.so.N \
    /usr/lib/x86_64-linux-gnu/libzstd.so.N \
    /usr/lib/x86_64-linux-gnu/
# What the app reads
COPY --link --from=build \
    /etc/debian_version /etc/gai.conf /etc/group /etc/host.conf /etc/ld.so.cache /etc/ld.so.conf \
    /etc/nsswitch.conf /etc/passwd \
    /etc/
# What is run
COPY --link --from=trimmed /opt/report /opt/report
# Links, folders and small files
COPY --link --from=trimmed /slim/ /
ENV TZ=Europe/Berlin
WORKDIR /opt/report
# Not root, and by number: no file has to name it
USER 65532:65532
# Started without a shell: it gets the signals itself
# Cron of the machine starts the container once an hour
CMD ["./report.sh"]
