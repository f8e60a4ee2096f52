# syntax=docker/dockerfile:1
FROM debian:13 AS build

LABEL maintainer="harbour office"

RUN apt-get update \
    && apt-get install -y nginx libnginx-mod-http-brotli-filter curl

# Logs go where docker looks for them
RUN ln -sf /dev/stdout /var/log/nginx/access.log \
    && ln -sf /dev/stderr /var/log/nginx/error.log

RUN rm -rf /etc/nginx/sites-enabled/default /var/www/html
RUN mkdir -p /var/cache/nginx && chown www-data /var/cache/nginx

COPY nginx.conf /etc/nginx/nginx.conf
COPY site /var/www/site

# Prepares what is shipped
FROM build AS trimmed
# Tests, documentation and what else the app does not use
RUN rm -rf /etc/ssl/private
# Links, which COPY would follow, and small files, in one layer
RUN mkdir -p /slim/run /slim/tmp /slim/var/cache/nginx /slim/var/lib/nginx /slim/var/log/nginx /slim/var/tmp \
    && cp -a --parents \
        /etc/ld.so.conf.d /etc/os-release /lib /lib64 /usr/bin/ld.so /usr/lib/os-release \
        /usr/lib/ssl/cert.pem /usr/lib/ssl/openssl.cnf /usr/lib64/ld-linux-x86-64.so.N \
        /var/log/nginx/access.log /var/log/nginx/error.log /var/run \
        /slim/ \
    && chown 65532:65532 /slim/run /slim/var/cache/nginx /slim/var/lib/nginx \
    && chown 0:4 /slim/var/log/nginx \
    && chmod 1777 /slim/tmp /slim/var/tmp
# What scanners look for: the packages of which files are shipped
RUN mkdir -p /slim/var/lib/dpkg/status.d \
    && for name in \
        base-files ca-certificates libbrotli1 libc-bin libc6 libcrypt1 libgcc-s1 \
        libnginx-mod-http-brotli-filter libpcre2-8-0 libssl3t64 libzstd1 nginx nginx-common openssl zlib1g; \
        do dpkg-query --status "$name" > "/slim/var/lib/dpkg/status.d/$name" || exit 1; done

# What is shipped: only what the app uses
FROM scratch
# What every system has: users, certificates and the like
COPY --link --from=trimmed /etc/ssl /etc/ssl
# What is run
COPY --link --from=build /usr/sbin/nginx /usr/sbin/nginx
# What the app reads
COPY --link --from=build \
    /etc/debian_version /etc/gai.conf /etc/group /etc/host.conf /etc/ld.so.cache /etc/ld.so.conf \
    /etc/nsswitch.conf /etc/passwd \
    /etc/
COPY --link --from=build /usr/lib/nginx /usr/lib/nginx
COPY --link --from=build \
    /usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.N /usr/lib/x86_64-linux-gnu/libbrotlicommon.so.N \
    /usr/lib/x86_64-linux-gnu/libbrotlienc.so.N /usr/lib/x86_64-linux-gnu/libc.so.N \
    /usr/lib/x86_64-linux-gnu/libcrypt.so.N /usr/lib/x86_64-linux-gnu/libcrypto.so.N \
    /usr/lib/x86_64-linux-gnu/libgcc_s.so.N /usr/lib/x86_64-linux-gnu/libm.so.N \
    /usr/lib/x86_64-linux-gnu/libnss_dns.so.N /usr/lib/x86_64-linux-gnu/libnss_files.so.N \
    /usr/lib/x86_64-linux-gnu/libpcre2-8.so.N /usr/lib/x86_64-linux-gnu/libssl.so.N \
    /usr/lib/x86_64-linux-gnu/libz.so.N /usr/lib/x86_64-linux-gnu/libzstd.so.N \
    /usr/lib/x86_64-linux-gnu/
COPY --link --from=build /usr/share/nginx /usr/share/nginx
COPY --link --from=build /etc/nginx /etc/nginx
COPY --link --from=build /var/www /var/www
# Links, folders and small files
COPY --link --from=trimmed /slim/ /
LABEL maintainer="harbour office"
# Not root, and by number: no file has to name it
USER 65532:65532
EXPOSE 80
STOPSIGNAL SIGQUIT
# Started without a shell: it gets the signals itself
CMD ["nginx", "-g", "daemon off;"]
