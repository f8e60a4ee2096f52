# syntax=docker/dockerfile:1
FROM node:20 AS build

# Create app directory
WORKDIR /usr/src/app

# What dependencies need comes first: a change of the source does not install them again
COPY package.json package-lock.json ./

# Install app dependencies
# Without what only development needs; with a cache that stays between builds, and out of the image
RUN --mount=type=cache,target=/root/.npm npm install --omit=dev

# Bundle app source
COPY . .

# If you are building your code for production
# RUN npm ci --omit=dev

# Prepares what is shipped
FROM build AS trimmed
# Tests, documentation and what else the app does not use
RUN rm -rf /etc/ssl/private \
    && find \
        /usr/lib/x86_64-linux-gnu/gconv -name '*.so' ! -name CP1250.so ! -name CP1251.so ! -name CP1252.so \
        ! -name ISO8859-1.so ! -name ISO8859-15.so ! -name ISO8859-2.so ! -name UNICODE.so ! -name UTF-16.so \
        ! -name UTF-32.so ! -name UTF-7.so \
        -prune -exec rm -rf {} + \
    && find /usr/share/nodejs/minimatch \( -name '*.map' -o -name '*.ts' \) -prune -exec rm -rf {} + \
    && find \
        /usr/src \( -name '*.md' -o -name '*.ts' -o -name .editorconfig -o -name .eslintrc -o -name .github \
        -o -name .npmignore -o -name .nycrc -o -name test \) \
        ! -path /usr/src/app/node_modules/generator-function/index.d.ts ! -name LICENSE.md \
        ! -name license.md ! -name list.d.ts \
        -prune -exec rm -rf {} + \
    && rm -rf \
        /usr/src/app/.dockerignore /usr/src/app/.gitignore /usr/src/app/Dockerfile* \
        /usr/src/app/node_modules/csv-stringify/dist/cjs/index.d.cts \
        /usr/src/app/node_modules/csv-stringify/dist/cjs/sync.d.cts \
        /usr/src/app/node_modules/debug/.travis.yml /usr/src/app/node_modules/jake/bin/bash_completion.sh \
        /usr/src/app/node_modules/object-inspect/readme.markdown /usr/src/app/package-lock.json \
    && (cd /usr/src/app/node_modules && rm -rf -- .package-lock.json @isaacs @noble @paralleldrive @pkgjs)
# Links, which COPY would follow, and small files, in one layer
RUN mkdir -p /slim/tmp /slim/var/tmp \
    && cp -a --parents \
        /etc/alternatives/js /etc/debian_version /etc/gai.conf /etc/group /etc/host.conf /etc/hosts \
        /etc/ld.so.cache /etc/ld.so.conf /etc/ld.so.conf.d /etc/localtime /etc/mime.types /etc/nsswitch.conf \
        /etc/os-release /etc/passwd /etc/protocols /etc/services /lib /lib64 /usr/bin/acorn /usr/bin/env \
        /usr/bin/js /usr/bin/ld.so /usr/bin/node /usr/bin/nodejs \
        /usr/lib/gcc/x86_64-linux-gnu/14/libstdc++.so /usr/lib/os-release /usr/lib/ssl/cert.pem \
        /usr/lib/ssl/openssl.cnf /usr/lib/x86_64-linux-gnu/libcrypto.so /usr/lib/x86_64-linux-gnu/libnode.so \
        /usr/lib/x86_64-linux-gnu/libssl.so /usr/lib/x86_64-linux-gnu/libstdc++.so.N \
        /usr/lib/x86_64-linux-gnu/libuv.so /usr/lib/x86_64-linux-gnu/libuv.so.N \
        /usr/lib/x86_64-linux-gnu/libv8.so /usr/lib/x86_64-linux-gnu/libv8_libbase.so \
        /usr/lib/x86_64-linux-gnu/libv8_libplatform.so /usr/lib/x86_64-linux-gnu/libv8_libsampler.so \
        /usr/lib64/ld-linux-x86-64.so.N /usr/share/node_modules /usr/share/nodejs/acorn-walk \
        /usr/share/nodejs/balanced-match /usr/share/nodejs/brace-expansion \
        /usr/share/nodejs/cjs-module-lexer /usr/share/nodejs/undici-types/cache-interceptor.d.ts \
        /usr/share/nodejs/undici-types/dispatcher.d.ts /usr/share/nodejs/undici-types/header.d.ts \
        /slim/ \
    && chmod 1777 /slim/tmp /slim/var/tmp
# What scanners look for: the packages of which files are shipped
RUN mkdir -p /slim/var/lib/dpkg/status.d \
    && for name in \
        base-files ca-certificates coreutils libbrotli1 libc-bin libc6 libcares2 libgcc-s1 libicu76 \
        libnghttp2-14 libnode115 libssl3t64 libstdc++6 libuv1t64 libzstd1 media-types netbase node-acorn \
        node-balanced-match node-brace-expansion node-cjs-module-lexer node-minimatch node-undici nodejs \
        openssl tzdata zlib1g; \
        do dpkg-query --status "$name" > "/slim/var/lib/dpkg/status.d/$name" || exit 1; done

# What is shipped: only what the app uses
FROM scratch
# What every system has: users, certificates and the like
COPY --link --from=trimmed /usr/lib/x86_64-linux-gnu/gconv /usr/lib/x86_64-linux-gnu/gconv
COPY --link --from=trimmed /etc/ssl /etc/ssl
COPY --link --from=build /usr/share/zoneinfo /usr/share/zoneinfo
# What the app needs
COPY --link --from=trimmed /usr/share/nodejs/minimatch /usr/share/nodejs/minimatch
COPY --link --from=build /usr/share/nodejs/undici /usr/share/nodejs/undici
# What the app reads
COPY --link --from=build \
    /usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.N /usr/lib/x86_64-linux-gnu/libbrotlicommon.so.N \
    /usr/lib/x86_64-linux-gnu/libbrotlidec.so.N /usr/lib/x86_64-linux-gnu/libbrotlienc.so.N \
    /usr/lib/x86_64-linux-gnu/libc.so.N /usr/lib/x86_64-linux-gnu/libcares.so.N \
    /usr/lib/x86_64-linux-gnu/libcrypto.so.N /usr/lib/x86_64-linux-gnu/libgcc_s.so.N \
    /usr/lib/x86_64-linux-gnu/libicudata.so.N /usr/lib/x86_64-linux-gnu/libicui18n.so.N \
    /usr/lib/x86_64-linux-gnu/libicuuc.so.N /usr/lib/x86_64-linux-gnu/libm.so.N \
    /usr/lib/x86_64-linux-gnu/libnghttp2.so.N /usr/lib/x86_64-linux-gnu/libnode.so.N \
    /usr/lib/x86_64-linux-gnu/libnss_dns.so.N /usr/lib/x86_64-linux-gnu/libnss_files.so.N \
    /usr/lib/x86_64-linux-gnu/libssl.so.N /usr/lib/x86_64-linux-gnu/libstdc++.so.N \
    /usr/lib/x86_64-linux-gnu/libuv.so.N /usr/lib/x86_64-linux-gnu/libz.so.N \
    /usr/lib/x86_64-linux-gnu/libzstd.so.N \
    /usr/lib/x86_64-linux-gnu/
COPY --link --from=build /usr/share/nodejs/acorn /usr/share/nodejs/acorn
# What the app needs
COPY --link --from=trimmed /usr/src /usr/src
# Links, folders and small files
COPY --link --from=trimmed /slim/ /
WORKDIR /usr/src/app
# Not root, and by number: no file has to name it
USER 65532:65532
EXPOSE 3000
# What npm start runs, by package.json: without it, the program gets the signals itself
CMD ["node", "./bin/www"]
