# syntax=docker/dockerfile:1
FROM php:8 AS build

# Packages that Debian has, in its versions
RUN apt-get update && apt-get install -y php-monolog php-nikic-fast-route php-psr-log php-symfony-yaml php-twig

WORKDIR /app

COPY composer.json .
# Without what only development needs; with a cache that stays between builds, and out of the image
RUN --mount=type=cache,target=/root/.composer/cache composer install --no-dev

COPY . .

ENV APP_ENV=production

# Prepares what is shipped
FROM build AS trimmed
# Tests, documentation and what else the app does not use
RUN rm -rf /app/Dockerfile* /app/README.md /app/composer.lock /app/tests \
    && rm -rf /etc/ssl/private \
    && find \
        /usr/lib/x86_64-linux-gnu/gconv -name '*.so' ! -name CP1250.so ! -name CP1251.so ! -name CP1252.so \
        ! -name ISO8859-1.so ! -name ISO8859-15.so ! -name ISO8859-2.so ! -name UNICODE.so ! -name UTF-16.so \
        ! -name UTF-32.so ! -name UTF-7.so \
        -prune -exec rm -rf {} +
# Links, which COPY would follow, and small files, in one layer
RUN mkdir -p /slim/tmp /slim/var/tmp \
    && cp -a --parents \
        /etc/alternatives/php /etc/debian_version /etc/gai.conf /etc/group /etc/host.conf /etc/ld.so.cache \
        /etc/ld.so.conf /etc/ld.so.conf.d /etc/localtime /etc/mime.types /etc/nsswitch.conf /etc/os-release \
        /etc/passwd /etc/php /lib /lib64 /usr/bin/ld.so /usr/bin/php /usr/bin/php.default \
        /usr/lib/locale/C.utf8/LC_CTYPE /usr/lib/os-release /usr/lib/ssl/cert.pem /usr/lib/ssl/openssl.cnf \
        /usr/lib64/ld-linux-x86-64.so.N /usr/share/php/Psr/Log /usr/share/php/data/Composer/res/cacert.pem \
        /slim/ \
    && chmod 1777 /slim/tmp /slim/var/tmp
# What scanners look for: the packages of which files are shipped
RUN mkdir -p /slim/var/lib/dpkg/status.d \
    && for name in \
        base-files ca-certificates libargon2-1 libbrotli1 libbsd0 libc-bin libc6 libcom-err2 libcurl4t64 \
        libedit2 libffi8 libgcc-s1 libgcrypt20 libgmp10 libgnutls30t64 libgpg-error0 libgssapi-krb5-2 \
        libhogweed6t64 libicu76 libidn2-0 libk5crypto3 libkeyutils1 libkrb5-3 libkrb5support0 libldap2 \
        liblzma5 libmd0 libnettle8t64 libnghttp2-14 libnghttp3-9 libonig5 libp11-kit0 libpcre2-8-0 \
        libpsl5t64 librtmp1 libsasl2-2 libsodium23 libssh2-1t64 libssl3t64 libstdc++6 libtasn1-6 libtinfo6 \
        libunistring5 libxml2 libxslt1.1 libzstd1 media-types openssl php-cli php-psr-log phpN-cli \
        phpN-common phpN-curl phpN-intl phpN-mbstring phpN-opcache phpN-readline phpN-xml \
        tzdata zlib1g; \
        do dpkg-query --status "$name" > "/slim/var/lib/dpkg/status.d/$name" || exit 1; done

# What is shipped: only what the app uses
FROM scratch
# What every system has: users, certificates and the like
COPY --link --from=trimmed /usr/lib/x86_64-linux-gnu/gconv /usr/lib/x86_64-linux-gnu/gconv
COPY --link --from=trimmed /etc/ssl /etc/ssl
COPY --link --from=build /usr/share/zoneinfo /usr/share/zoneinfo
# What is run
COPY --link --from=build /usr/bin/phpN /usr/bin/phpN
# What the app reads
COPY --link --from=build /usr/lib/php/N /usr/lib/php/N
COPY --link --from=build \
    /usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.N /usr/lib/x86_64-linux-gnu/libargon2.so.N \
    /usr/lib/x86_64-linux-gnu/libbrotlicommon.so.N /usr/lib/x86_64-linux-gnu/libbrotlidec.so.N \
    /usr/lib/x86_64-linux-gnu/libbsd.so.N /usr/lib/x86_64-linux-gnu/libc.so.N \
    /usr/lib/x86_64-linux-gnu/libcom_err.so.N /usr/lib/x86_64-linux-gnu/libcrypto.so.N \
    /usr/lib/x86_64-linux-gnu/libcurl.so.N /usr/lib/x86_64-linux-gnu/libedit.so.N \
    /usr/lib/x86_64-linux-gnu/libexslt.so.N /usr/lib/x86_64-linux-gnu/libffi.so.N \
    /usr/lib/x86_64-linux-gnu/libgcc_s.so.N /usr/lib/x86_64-linux-gnu/libgcrypt.so.N \
    /usr/lib/x86_64-linux-gnu/libgmp.so.N /usr/lib/x86_64-linux-gnu/libgnutls.so.N \
    /usr/lib/x86_64-linux-gnu/libgpg-error.so.N /usr/lib/x86_64-linux-gnu/libgssapi_krb5.so.N \
    /usr/lib/x86_64-linux-gnu/libhogweed.so.N /usr/lib/x86_64-linux-gnu/libicudata.so.N \
    /usr/lib/x86_64-linux-gnu/libicui18n.so.N /usr/lib/x86_64-linux-gnu/libicuio.so.N \
    /usr/lib/x86_64-linux-gnu/libicuuc.so.N /usr/lib/x86_64-linux-gnu/libidn2.so.N \
    /usr/lib/x86_64-linux-gnu/libk5crypto.so.N /usr/lib/x86_64-linux-gnu/libkeyutils.so.N \
    /usr/lib/x86_64-linux-gnu/libkrb5.so.N /usr/lib/x86_64-linux-gnu/libkrb5support.so.N \
    /usr/lib/x86_64-linux-gnu/liblber.so.N /usr/lib/x86_64-linux-gnu/libldap.so.N \
    /usr/lib/x86_64-linux-gnu/liblzma.so.N /usr/lib/x86_64-linux-gnu/libm.so.N \
    /usr/lib/x86_64-linux-gnu/libmd.so.N /usr/lib/x86_64-linux-gnu/libnettle.so.N \
    /usr/lib/x86_64-linux-gnu/libnghttp2.so.N /usr/lib/x86_64-linux-gnu/libnghttp3.so.N \
    /usr/lib/x86_64-linux-gnu/libnss_dns.so.N /usr/lib/x86_64-linux-gnu/libnss_files.so.N \
    /usr/lib/x86_64-linux-gnu/libonig.so.N /usr/lib/x86_64-linux-gnu/libp11-kit.so.N \
    /usr/lib/x86_64-linux-gnu/libpcre2-8.so.N /usr/lib/x86_64-linux-gnu/libpsl.so.N \
    /usr/lib/x86_64-linux-gnu/libresolv.so.N /usr/lib/x86_64-linux-gnu/librtmp.so.N \
    /usr/lib/x86_64-linux-gnu/libsasl2.so.N /usr/lib/x86_64-linux-gnu/libsodium.so.N \
    /usr/lib/x86_64-linux-gnu/libssh2.so.N /usr/lib/x86_64-linux-gnu/libssl.so.N \
    /usr/lib/x86_64-linux-gnu/libstdc++.so.N /usr/lib/x86_64-linux-gnu/libtasn1.so.N \
    /usr/lib/x86_64-linux-gnu/libtinfo.so.N /usr/lib/x86_64-linux-gnu/libunistring.so.N \
    /usr/lib/x86_64-linux-gnu/libxml2.so.N /usr/lib/x86_64-linux-gnu/libxslt.so.N \
    /usr/lib/x86_64-linux-gnu/libz.so.N /usr/lib/x86_64-linux-gnu/libzstd.so.N \
    /usr/lib/x86_64-linux-gnu/
COPY --link --from=trimmed /app /app
# Links, folders and small files
COPY --link --from=trimmed /slim/ /
ENV APP_ENV=production
WORKDIR /app
# Not root, and by number: no file has to name it
USER 65532:65532
EXPOSE 8000
# Started without a shell: it gets the signals itself
CMD ["php", "-S", "0.0.0.0:8000", "-t", "public", "public/index.php"]
