# syntax=docker/dockerfile:1
FROM maven:3 AS build

WORKDIR /app

ADD . /app

# With a cache that stays between builds, and out of the image
RUN --mount=type=cache,target=/root/.m2,sharing=locked mvn --batch-mode package
# A Java runtime of what the app uses: 22 of 69 modules, which the app's classes mention or load, or which Java finds by name
RUN /usr/lib/jvm/default-java/bin/jlink --strip-java-debug-attributes --no-man-pages --no-header-files --output /opt/java-runtime \
        --release-info /usr/lib/jvm/default-java/release --add-modules java.base,java.desktop,java.instrument,java.logging,java.management,java.naming,java.rmi,java.security.jgss,java.sql,java.sql.rowset,java.xml,jdk.charsets,jdk.crypto.ec,jdk.localedata,jdk.management,jdk.management.jfr,jdk.naming.dns,jdk.net,jdk.security.auth,jdk.security.jgss,jdk.unsupported,jdk.zipfs \
    && cp -RL /usr/lib/jvm/default-java/conf/. /opt/java-runtime/conf/ \
    && cp -RL /usr/lib/jvm/default-java/lib/security/. /opt/java-runtime/lib/security/ \
    && /opt/java-runtime/bin/java -Xshare:dump
ENV JAVA_HOME=/opt/java-runtime PATH=/opt/java-runtime/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# Prepares what is shipped
FROM build AS trimmed
# Tests, documentation and what else the app does not use
RUN rm -rf /opt/java-runtime/bin/jfr /opt/java-runtime/bin/rmiregistry /opt/java-runtime/legal
# Links, which COPY would follow, and small files, in one layer
RUN mkdir -p /slim/tmp /slim/var/tmp \
    && cp -a --parents \
        /etc/os-release /lib /lib64 /usr/bin/ld.so /usr/lib/os-release /usr/lib64/ld-linux-x86-64.so.N \
        /slim/ \
    && chmod 1777 /slim/tmp /slim/var/tmp
# What scanners look for: the packages of which files are shipped
RUN mkdir -p /slim/var/lib/dpkg/status.d \
    && for name in \
        base-files libc-bin libc6 libgcc-s1 libjpeg62-turbo liblcms2-2 libstdc++6 openjdk-21-jre-headless \
        zlib1g; \
        do dpkg-query --status "$name" > "/slim/var/lib/dpkg/status.d/$name" || exit 1; done

# What is shipped: only what the app uses
FROM scratch
# What every system has: users, certificates and the like
COPY --link --from=build /etc/ld.so.conf.d /etc/ld.so.conf.d
COPY --link --from=build /usr/lib/x86_64-linux-gnu/gconv /usr/lib/x86_64-linux-gnu/gconv
# What the app reads
COPY --link --from=build \
    /etc/debian_version /etc/gai.conf /etc/group /etc/host.conf /etc/ld.so.cache /etc/ld.so.conf \
    /etc/nsswitch.conf /etc/passwd \
    /etc/
COPY --link --from=build \
    /usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.N /usr/lib/x86_64-linux-gnu/libc.so.N \
    /usr/lib/x86_64-linux-gnu/libgcc_s.so.N /usr/lib/x86_64-linux-gnu/libjpeg.so.N \
    /usr/lib/x86_64-linux-gnu/liblcms2.so.N /usr/lib/x86_64-linux-gnu/libm.so.N \
    /usr/lib/x86_64-linux-gnu/libnss_dns.so.N /usr/lib/x86_64-linux-gnu/libnss_files.so.N \
    /usr/lib/x86_64-linux-gnu/libstdc++.so.N /usr/lib/x86_64-linux-gnu/libz.so.N \
    /usr/lib/x86_64-linux-gnu/
# The app's own files
COPY --link --from=build /app/src/main/resources /app/src/main/resources
# What the app reads
COPY --link --from=build /app/target /app/target
COPY --link --from=trimmed /opt/java-runtime /opt/java-runtime
# Links, folders and small files
COPY --link --from=trimmed /slim/ /
ENV \
    PATH=/opt/java-runtime/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    JAVA_HOME=/opt/java-runtime
WORKDIR /app
# Not root, and by number: no file has to name it
USER 65532:65532
EXPOSE 8080
# Started without a shell: it gets the signals itself
ENTRYPOINT ["java", "-jar", "target/timetable.jar"]
