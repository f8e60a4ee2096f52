import { describeRule } from '../testing/describe-rule.ts'
import { dynamicBinaryInScratch } from './dynamic-binary-in-scratch.ts'

const scratch = 'FROM scratch\nCOPY --from=build '

describeRule(dynamicBinaryInScratch, {
  catches: {
    'a Go program of the full image': {
      dockerfile: `FROM golang:1.27 AS build\nWORKDIR /src\nCOPY . .\nRUN go build -o /server .\n${scratch}«/server /server»\nCMD ["/server"]\n`,
      messages: [/^the Go program is linked with glibc, and scratch has no C library$/],
      fixedUnsafely: `FROM golang:1.27 AS build\nWORKDIR /src\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /server .\n${scratch}/server /server\nCMD ["/server"]\n`,
    },
    'a Go program of Alpine with a compiler': {
      dockerfile: `FROM golang:1.27-alpine AS build\nRUN apk add --no-cache gcc musl-dev\nRUN go build -ldflags="-s -w" -o app\n${scratch}«/go/app /»\nCMD ["/app"]\n`,
      messages: [/linked with musl/],
      fixedUnsafely: `FROM golang:1.27-alpine AS build\nRUN apk add --no-cache gcc musl-dev\nRUN CGO_ENABLED=0 go build -ldflags="-s -w" -o app\n${scratch}/go/app /\nCMD ["/app"]\n`,
    },
    'CGO that is on, for the same platform': {
      dockerfile: `from golang as build\r\nrun cd /src && GOOS=linux CGO_ENABLED=1 go build -trimpath -o bin/app ./cmd/app\r\nfrom gcr.io/distroless/static\r\ncopy --from=build «/src/bin/app /»\r\ncmd ["/app"]\r\n`,
      fixedUnsafely: `from golang as build\r\nrun cd /src && GOOS=linux CGO_ENABLED=0 go build -trimpath -o bin/app ./cmd/app\r\nfrom gcr.io/distroless/static\r\ncopy --from=build /src/bin/app /\r\ncmd ["/app"]\r\n`,
    },
    'CGO that ENV turns on, and a program that is installed': {
      dockerfile: `FROM golang AS build\nENV CGO_ENABLED=1 GOOS=linux GOARCH=amd64\nRUN go install ./cmd/app\n${scratch}«/go/bin/app /app»\n`,
      fixedUnsafely: `FROM golang AS build\nENV CGO_ENABLED=1 GOOS=linux GOARCH=amd64\nRUN CGO_ENABLED=0 go install ./cmd/app\n${scratch}/go/bin/app /app\n`,
    },
    'a folder with the program in it': {
      dockerfile: `FROM golang AS build\nWORKDIR /app\nRUN go build\nFROM build AS test\nRUN go test\nFROM scratch\nCOPY --from=test «/app /app»\n`,
      fixedUnsafely: `FROM golang AS build\nWORKDIR /app\nRUN CGO_ENABLED=0 go build\nFROM build AS test\nRUN go test\nFROM scratch\nCOPY --from=test /app /app\n`,
    },
    'a here-document': {
      dockerfile: `FROM golang AS build\nRUN <<EOF\nset -e\ngo build -o /app .\nEOF\n${scratch}«/app /app»\n`,
      fixedUnsafely: `FROM golang AS build\nRUN <<EOF\nset -e\nCGO_ENABLED=0 go build -o /app .\nEOF\n${scratch}/app /app\n`,
    },
    'the exec form, without a fix': `FROM golang AS build\nRUN ["go", "build", "-o", "/app", "."]\n${scratch}«/app /app»\n`,
    'Go sources that use the network, as an error': {
      dockerfile: `FROM golang AS build\nCOPY . .\nRUN go build -o /app .\n${scratch}«/app /app»\n`,
      context: { 'main.go': 'package main\n\nimport (\n\t"fmt"\n\t"net/http"\n)\n' },
      fixedUnsafely: `FROM golang AS build\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /app .\n${scratch}/app /app\n`,
    },
    'a version that the linker writes': {
      dockerfile: `FROM golang AS build\nARG VERSION\nRUN go build -ldflags="-s -w -X main.version=$VERSION" -o /app .\n${scratch}«/app /app»\n`,
      fixedUnsafely: `FROM golang AS build\nARG VERSION\nRUN CGO_ENABLED=0 go build -ldflags="-s -w -X main.version=$VERSION" -o /app .\n${scratch}/app /app\n`,
    },
    'Rust for glibc': {
      dockerfile:
        'FROM rust:1.90 AS build\nWORKDIR /app\nRUN cargo build --release --locked\nFROM gcr.io/distroless/static-debian12\nCOPY --from=build «/app/target/release/server /server»\nCMD ["/server"]\n',
      messages: [/^the Rust program is linked with glibc, and gcr\.io\/distroless\/static-debian12 has no C library$/],
    },
    'Rust that is moved out of a cache': `FROM rust AS build\nWORKDIR /app\nRUN --mount=type=cache,target=/app/target cargo build --release && cp target/release/app /usr/local/bin/app\n${scratch}«/usr/local/bin/app /app»\n`,
    'Rust that is installed': `FROM rust AS build\nRUN cargo install --path .\n${scratch}«/usr/local/cargo/bin/app /app»\n`,
    'one library, but no loader':
      'FROM rust AS build\nRUN cargo build --release\nFROM scratch\nCOPY --from=build «/target/release/app /app»\nCOPY --from=build /usr/lib/x86_64-linux-gnu/libssl.so.3 /usr/lib/\n',
    'C without -static': `FROM gcc:15 AS build\nWORKDIR /src\nRUN gcc -O2 -o hello hello.c\n${scratch}«/src/hello /»\n`,
  },
  leaves: {
    'CGO_ENABLED=0, in all its places': `FROM golang AS a\nENV CGO_ENABLED=0\nRUN go build -o /a\nFROM golang AS b\nRUN export CGO_ENABLED=0 && go build -o /b\nFROM golang AS c\nARG CGO_ENABLED=0\nRUN env GOOS=linux go build -o /c\nFROM golang AS d\nRUN env CGO_ENABLED=0 go build -o /d\nFROM scratch\nCOPY --from=a /a /a\nCOPY --from=b /b /b\nCOPY --from=c /c /c\nCOPY --from=d /d /d\n`,
    'ENV of the stage below': `FROM golang AS base\nENV CGO_ENABLED=0\nFROM base AS build\nRUN go build -o /a\n${scratch}/a /a\n`,
    'Alpine without a compiler': `FROM golang:alpine AS build\nRUN apk add --no-cache git\nRUN go build -o /a\n${scratch}/a /a\n`,
    'static linking': `FROM golang AS build\nRUN go build -ldflags '-linkmode external -extldflags "-static"' -o /a\nRUN go build -tags netgo,osusergo -o /b\n${scratch}/a /b /\n`,
    'flags that nobody can see': `FROM golang AS build\nARG LDFLAGS\nRUN go build -ldflags "$LDFLAGS" -o /a\n${scratch}/a /a\n`,
    'cross-compiling': `FROM --platform=$BUILDPLATFORM golang AS build\nARG TARGETARCH\nRUN GOARCH=$TARGETARCH go build -o /a\nRUN GOOS=linux GOARCH=arm64 go build -o /b\n${scratch}/a /b /\n`,
    'a variable': `FROM golang AS build\nARG CGO_ENABLED\nRUN go build -o /a\n${scratch}/a /a\n`,
    'Rust for musl': `FROM rust AS build\nRUN rustup target add x86_64-unknown-linux-musl\nRUN cargo build --release --target x86_64-unknown-linux-musl\n${scratch}/target/x86_64-unknown-linux-musl/release/app /app\n`,
    'Rust for a target of a configuration': `FROM rust AS build\nRUN rustup target add x86_64-unknown-linux-musl\nRUN cargo build --release\n${scratch}/target/release/app /app\n`,
    'Rust on Alpine': `FROM rust:alpine AS build\nRUN cargo build --release\n${scratch}/target/release/app /app\n`,
    'Rust with a static C library': `FROM rust AS build\nENV RUSTFLAGS="-C target-feature=+crt-static"\nRUN cargo build --release\n${scratch}/target/release/app /app\n`,
    'C with -static': `FROM alpine AS build\nRUN gcc -static -o /hello hello.c\n${scratch}/hello /\n`,
    'bases with a C library':
      'FROM golang AS build\nRUN go build -o /a\nFROM gcr.io/distroless/base\nCOPY --from=build /a /a\n',
    'bases of which nothing is known':
      'FROM golang AS build\nRUN go build -o /a\nFROM example.org/base\nCOPY --from=build /a /a\n',
    'other files of the stage': `FROM golang AS build\nWORKDIR /src\nRUN go build -o /a\n${scratch}/src/config.yaml /etc/ssl/certs/ca-certificates.crt /\n`,
    'a loader and libraries that come along': `FROM golang AS build\nRUN go build -o /a\nFROM scratch\nCOPY --from=build /a /a\nCOPY --from=build /lib64/ld-linux-x86-64.so.2 /lib64/\n`,
    everything: `FROM golang AS build\nRUN go build -o /a\nFROM scratch\nCOPY --from=build / /\n`,
    'programs of the context': 'FROM scratch\nCOPY server /server\n',
    'images that are not known':
      'FROM example.org/go AS build\nRUN go build -o /a\nFROM scratch\nCOPY --from=build /a /a\n',
    'a build that is no build': `FROM golang AS build\nRUN go test ./... && go vet\n${scratch}/go/a /a\n`,
    'a target that does not ship it': `FROM golang AS build\nRUN go build -o /a\nFROM scratch AS small\nCOPY --from=build /a /a\nFROM debian\n`,
  },
})
