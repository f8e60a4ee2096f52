# syntax=docker/dockerfile:1
FROM debian:13 AS build

# Everything that building and running needs
RUN apt-get update
RUN apt-get install -y build-essential cmake git vim-tiny
RUN apt-get install -y libsqlite3-dev libssl-dev zlib1g-dev

WORKDIR /src
ADD . .

RUN cmake -B build && cmake --build build
RUN cmake --install build
RUN ldconfig

# Prepares what is shipped
FROM build AS trimmed
# Tests, documentation and what else the app does not use
RUN rm -rf /etc/ssl/private \
    && rm -rf /src/build/CMakeFiles /src/build/Makefile \
    && find \
        /usr/lib/x86_64-linux-gnu/gconv -name '*.so' ! -name CP1250.so ! -name CP1251.so ! -name CP1252.so \
        ! -name ISO8859-1.so ! -name ISO8859-15.so ! -name ISO8859-2.so ! -name UNICODE.so ! -name UTF-16.so \
        ! -name UTF-32.so ! -name UTF-7.so \
        -prune -exec rm -rf {} +
# Links, which COPY would follow, and small files, in one layer
RUN mkdir -p /slim/tmp /slim/var/tmp \
    && cp -a --parents \
        /etc/ld.so.conf.d /etc/os-release /lib /lib64 /usr/bin/ld.so \
        /usr/lib/gcc/x86_64-linux-gnu/14/libstdc++.so /usr/lib/os-release /usr/lib/ssl/cert.pem \
        /usr/lib/ssl/openssl.cnf /usr/lib/x86_64-linux-gnu/libcrypto.so \
        /usr/lib/x86_64-linux-gnu/libsqlite3.so /usr/lib/x86_64-linux-gnu/libsqlite3.so.N \
        /usr/lib/x86_64-linux-gnu/libstdc++.so.N /usr/lib/x86_64-linux-gnu/libz.so \
        /usr/lib/x86_64-linux-gnu/libz.so.N /usr/lib64/ld-linux-x86-64.so.N /usr/local/bin/manifest \
        /usr/local/lib/libcargo.so \
        /slim/ \
    && chmod 1777 /slim/tmp /slim/var/tmp
# What scanners look for: the packages of which files are shipped
RUN mkdir -p /slim/var/lib/dpkg/status.d \
    && for name in \
        base-files ca-certificates libc-bin libc6 libfakeroot libgcc-s1 libsqlite3-0 libssl3t64 libstdc++6 \
        libzstd1 netbase openssl zlib1g; \
        do dpkg-query --status "$name" > "/slim/var/lib/dpkg/status.d/$name" || exit 1; done

# What is shipped: only what the app uses
FROM scratch
# What every system has: users, certificates and the like
COPY --link --from=trimmed /usr/lib/x86_64-linux-gnu/gconv /usr/lib/x86_64-linux-gnu/gconv
# What the app reads
COPY --link --from=build \
    /usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.N /usr/lib/x86_64-linux-gnu/libc.so.N \
    /usr/lib/x86_64-linux-gnu/libcrypto.so.N /usr/lib/x86_64-linux-gnu/libgcc_s.so.N \
    /usr/lib/x86_64-linux-gnu/libm.so.N /usr/lib/x86_64-linux-gnu/libnss_dns.so.N \
    /usr/lib/x86_64-linux-gnu/libnss_files.so.N /usr/lib/x86_64-linux-gnu/libsqlite3.so.N \
    /usr/lib/x86_64-linux-gnu/libstdc++.so.N /usr/lib/x86_64-linux-gnu/libz.so.N \
    /usr/lib/x86_64-linux-gnu/libzstd.so.N \
    /usr/lib/x86_64-linux-gnu/
# What every system has: users, certificates and the like
COPY --link --from=trimmed /etc/ssl /etc/ssl
# What the app reads
COPY --link --from=build /src/samples /src/samples
# The app's own files
COPY --link --from=trimmed /src/build /src/build
# What every system has: users, certificates and the like
COPY --link --from=build \
    /etc/debian_version /etc/gai.conf /etc/group /etc/host.conf /etc/ld.so.cache /etc/ld.so.conf \
    /etc/nsswitch.conf /etc/passwd /etc/protocols /etc/services \
    /etc/
# Links, folders and small files
COPY --link --from=trimmed /slim/ /
WORKDIR /src
# Not root, and by number: no file has to name it
USER 65532:65532
ENTRYPOINT ["manifest"]
CMD ["/src/samples"]
