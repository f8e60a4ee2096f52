# syntax=docker/dockerfile:1
FROM rust:1 AS build

WORKDIR /usr/src/beacons
COPY . .

# Without symbols; with a cache that stays between builds, and out of the image
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/usr/local/cargo/git/db \
    CARGO_PROFILE_RELEASE_STRIP=symbols cargo install --locked --path . --root /usr/local

# Prepares what is shipped
FROM build AS trimmed
# Links, which COPY would follow, and small files, in one layer
RUN mkdir -p /slim/tmp /slim/var/tmp \
    && cp -a --parents \
        /etc/os-release /lib /lib64 /usr/bin/ld.so /usr/lib/os-release /usr/lib64/ld-linux-x86-64.so.N \
        /usr/local/bin/beacons \
        /slim/ \
    && chmod 1777 /slim/tmp /slim/var/tmp
# What scanners look for: the packages of which files are shipped
RUN mkdir -p /slim/var/lib/dpkg/status.d \
    && for name in base-files libc-bin libc6 libgcc-s1; \
        do dpkg-query --status "$name" > "/slim/var/lib/dpkg/status.d/$name" || exit 1; done

# What is shipped: only what the app uses
FROM scratch
# What every system has: users, certificates and the like
COPY --link --from=build /etc/ld.so.conf.d /etc/ld.so.conf.d
# What the app reads
COPY --link --from=build \
    /usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.N /usr/lib/x86_64-linux-gnu/libc.so.N \
    /usr/lib/x86_64-linux-gnu/libgcc_s.so.N /usr/lib/x86_64-linux-gnu/libnss_dns.so.N \
    /usr/lib/x86_64-linux-gnu/libnss_files.so.N \
    /usr/lib/x86_64-linux-gnu/
COPY --link --from=build \
    /etc/debian_version /etc/gai.conf /etc/group /etc/host.conf /etc/ld.so.cache /etc/ld.so.conf \
    /etc/nsswitch.conf /etc/passwd \
    /etc/
COPY --link --from=build /usr/src/beacons/assets /usr/src/beacons/assets
# Links, folders and small files
COPY --link --from=trimmed /slim/ /
WORKDIR /usr/src/beacons
# Not root, and by number: no file has to name it
USER 65532:65532
EXPOSE 8000
# Started without a shell: it gets the signals itself
CMD ["beacons"]
