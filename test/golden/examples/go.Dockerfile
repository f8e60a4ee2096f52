# syntax=docker/dockerfile:1
FROM golang:1 AS build

WORKDIR /app

# What dependencies need comes first: a change of the source does not install them again
COPY go.mod go.sum ./

# With a cache that stays between builds, and out of the image
RUN --mount=type=cache,target=/go/pkg/mod go mod download

# Everything there is, in one go
COPY . .
# Without cgo, to run where there is no C library; without symbols, debug data and paths; with a cache that stays between builds, and out of the image
RUN --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o server .

# Where it listens
ENV PORT=8080

# Prepares what is shipped
FROM build AS trimmed
# Tests, documentation and what else the app does not use
RUN rm -rf /app/Dockerfile* \
    && (cd /app && rm -rf -- .gitignore README.md go.mod go.sum main.go main_test.go)
# Links, which COPY would follow, and small files, in one layer
RUN mkdir -p /slim/tmp /slim/var/tmp \
    && cp -a --parents \
        /etc/os-release /etc/ssl/certs/ca-certificates.crt /usr/lib/os-release /usr/lib/ssl/cert.pem \
        /slim/ \
    && chmod 1777 /slim/tmp /slim/var/tmp
# What scanners look for: the packages of which files are shipped
RUN mkdir -p /slim/var/lib/dpkg/status.d \
    && for name in base-files ca-certificates libc-bin; \
        do dpkg-query --status "$name" > "/slim/var/lib/dpkg/status.d/$name" || exit 1; done

# What is shipped: only what the app uses
FROM scratch
# What every system has: users, certificates and the like
COPY --link --from=build \
    /etc/debian_version /etc/gai.conf /etc/group /etc/host.conf /etc/nsswitch.conf /etc/passwd \
    /etc/
# What is run
COPY --link --from=trimmed /app /app
# Links, folders and small files
COPY --link --from=trimmed /slim/ /
ENV PORT=8080
WORKDIR /app
# Not root, and by number: no file has to name it
USER 65532:65532
EXPOSE 8080
# Started without a shell: it gets the signals itself
CMD ["./server"]
