# syntax=docker/dockerfile:1
FROM python:3 AS build

# Dates are in German here, and badges need a font
RUN apt-get update && apt-get install -y locales fonts-dejavu
RUN echo 'de_DE.UTF-8 UTF-8' >> /etc/locale.gen && locale-gen
ENV LANG=de_DE.UTF-8

RUN python -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"

WORKDIR /app

COPY requirements.txt .
RUN pip install --upgrade pip
# With a cache that stays between builds, and out of the image
RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt

COPY . .

ENV FLASK_ENV=production

# Prepares what is shipped
FROM build AS trimmed
# Tests, documentation and what else the app does not use
RUN rm -rf /app/Dockerfile* \
    && (cd /app && rm -rf -- .dockerignore .gitignore README.md requirements.in requirements.txt tests) \
    && rm -rf /etc/ssl/private \
    && find /opt/venv \( -name '*.pyi' -o -name __main__.cpython-3.N.pyc \) -prune -exec rm -rf {} + \
    && rm -rf \
        /opt/venv/.gitignore \
        /opt/venv/lib/python3.N/site-packages/flask/__pycache__/debughelpers.cpython-3.N.pyc \
        /opt/venv/lib/python3.N/site-packages/flask/__pycache__/testing.cpython-3.N.pyc \
        /opt/venv/lib/python3.N/site-packages/flask/__pycache__/views.cpython-3.N.pyc \
        /opt/venv/lib/python3.N/site-packages/gunicorn/asgi/__pycache__ \
        /opt/venv/lib/python3.N/site-packages/gunicorn/ctl/__pycache__/cli.cpython-3.N.pyc \
        /opt/venv/lib/python3.N/site-packages/gunicorn/dirty/__pycache__ \
        /opt/venv/lib/python3.N/site-packages/gunicorn/http2/__pycache__ \
        /opt/venv/lib/python3.N/site-packages/gunicorn/instrument/__pycache__ \
        /opt/venv/lib/python3.N/site-packages/gunicorn/uwsgi/__pycache__ \
        /opt/venv/lib/python3.N/site-packages/markupsafe/_speedups.c \
        /opt/venv/lib/python3.N/site-packages/pip /opt/venv/lib/python3.N/site-packages/pip-N.dist-info \
        /opt/venv/lib/python3.N/site-packages/werkzeug/__pycache__/_reloader.cpython-3.N.pyc \
        /opt/venv/lib/python3.N/site-packages/werkzeug/__pycache__/testapp.cpython-3.N.pyc \
        /opt/venv/lib/python3.N/site-packages/werkzeug/debug/__pycache__ \
        /opt/venv/lib/python3.N/site-packages/werkzeug/middleware/__pycache__ \
    && (cd /opt/venv/bin && rm -rf -- Activate.ps1 flask gunicornc pip pip3 pip3.13) \
    && (cd /opt/venv/lib/python3.N/site-packages/PIL/__pycache__ && rm -rf -- \
        BdfFontFile.cpython-3.N.pyc ContainerIO.cpython-3.N.pyc FontFile.cpython-3.N.pyc \
        ImageCms.cpython-3.N.pyc ImageDraw2.cpython-3.N.pyc ImageEnhance.cpython-3.N.pyc \
        ImageFilter.cpython-3.N.pyc ImageGrab.cpython-3.N.pyc ImageMath.cpython-3.N.pyc \
        ImageMorph.cpython-3.N.pyc ImageQt.cpython-3.N.pyc ImageShow.cpython-3.N.pyc \
        ImageStat.cpython-3.N.pyc ImageTk.cpython-3.N.pyc ImageTransform.cpython-3.N.pyc \
        ImageWin.cpython-3.N.pyc PSDraw.cpython-3.N.pyc PcfFontFile.cpython-3.N.pyc \
        WalImageFile.cpython-3.N.pyc) \
    && (cd /opt/venv/lib/python3.N/site-packages/click/__pycache__ && rm -rf -- \
        _termui_impl.cpython-3.N.pyc _textwrap.cpython-3.N.pyc _winconsole.cpython-3.N.pyc \
        shell_completion.cpython-3.N.pyc testing.cpython-3.N.pyc) \
    && (cd /opt/venv/lib/python3.N/site-packages/gunicorn/workers/__pycache__ && rm -rf -- \
        base_async.cpython-3.N.pyc gasgi.cpython-3.N.pyc ggevent.cpython-3.N.pyc gthread.cpython-3.N.pyc \
        gtornado.cpython-3.N.pyc) \
    && (cd /opt/venv/lib/python3.N/site-packages/jinja2/__pycache__ && rm -rf -- \
        debug.cpython-3.N.pyc ext.cpython-3.N.pyc meta.cpython-3.N.pyc nativetypes.cpython-3.N.pyc \
        sandbox.cpython-3.N.pyc) \
    && rm -rf \
        /usr/lib/python3.N/ctypes/__pycache__ \
        /usr/lib/python3.N/encodings/__pycache__/cp437.cpython-3.N.pyc \
        /usr/lib/python3.N/html/__pycache__/parser.cpython-3.N.pyc \
        /usr/lib/python3.N/http/__pycache__/cookiejar.cpython-3.N.pyc \
        /usr/lib/python3.N/http/__pycache__/cookies.cpython-3.N.pyc \
        /usr/lib/python3.N/importlib/resources/__pycache__/_adapters.cpython-3.N.pyc \
        /usr/lib/python3.N/importlib/resources/__pycache__/readers.cpython-3.N.pyc \
        /usr/lib/python3.N/tomllib/__pycache__ \
        /usr/lib/python3.N/urllib/__pycache__/request.cpython-3.N.pyc \
        /usr/lib/python3.N/urllib/__pycache__/response.cpython-3.N.pyc \
        /usr/lib/python3.N/xmlrpc/__pycache__ \
    && (cd /usr/lib/python3.N/__pycache__ && rm -rf -- \
        _markupbase.cpython-3.N.pyc colorsys.cpython-3.N.pyc compileall.cpython-3.N.pyc \
        configparser.cpython-3.N.pyc csv.cpython-3.N.pyc filecmp.cpython-3.N.pyc getpass.cpython-3.N.pyc \
        netrc.cpython-3.N.pyc optparse.cpython-3.N.pyc py_compile.cpython-3.N.pyc tarfile.cpython-3.N.pyc) \
    && (cd /usr/lib/python3.N/_pyrepl && rm -rf -- \
        commands.py completing_reader.py console.py historical_reader.py keymap.py reader.py readline.py \
        simple_interact.py unix_console.py windows_console.py) \
    && (cd /usr/lib/python3.N && rm -rf -- \
        config-3.N-x86_64-linux-gnu curses dbm ensurepip test turtle.py venv) \
    && (cd /usr/lib/python3.N/lib-dynload && rm -rf -- \
        _ctypes_test.cpython-3.N-x86_64-linux-gnu.so _curses.cpython-3.N-x86_64-linux-gnu.so \
        _curses_panel.cpython-3.N-x86_64-linux-gnu.so _dbm.cpython-3.N-x86_64-linux-gnu.so \
        _testbuffer.cpython-3.N-x86_64-linux-gnu.so _testcapi.cpython-3.N-x86_64-linux-gnu.so \
        _testclinic.cpython-3.N-x86_64-linux-gnu.so _testclinic_limited.cpython-3.N-x86_64-linux-gnu.so \
        _testexternalinspection.cpython-3.N-x86_64-linux-gnu.so \
        _testimportmultiple.cpython-3.N-x86_64-linux-gnu.so \
        _testinternalcapi.cpython-3.N-x86_64-linux-gnu.so _testlimitedcapi.cpython-3.N-x86_64-linux-gnu.so \
        _testmultiphase.cpython-3.N-x86_64-linux-gnu.so _testsinglephase.cpython-3.N-x86_64-linux-gnu.so \
        _xxtestfuzz.cpython-3.N-x86_64-linux-gnu.so xxlimited.cpython-3.N-x86_64-linux-gnu.so \
        xxlimited_35.cpython-3.N-x86_64-linux-gnu.so xxsubtype.cpython-3.N-x86_64-linux-gnu.so) \
    && find \
        /usr/lib/x86_64-linux-gnu/gconv -name '*.so' ! -name CP1250.so ! -name CP1251.so ! -name CP1252.so \
        ! -name ISO8859-1.so ! -name ISO8859-15.so ! -name ISO8859-2.so ! -name UNICODE.so ! -name UTF-16.so \
        ! -name UTF-32.so ! -name UTF-7.so \
        -prune -exec rm -rf {} +
# Links, which COPY would follow, and small files, in one layer
RUN mkdir -p /slim/root /slim/tmp /slim/var/tmp \
    && cp -a --parents \
        /etc/debian_version /etc/gai.conf /etc/group /etc/host.conf /etc/hosts /etc/ld.so.cache \
        /etc/ld.so.conf /etc/ld.so.conf.d /etc/localtime /etc/mime.types /etc/nsswitch.conf /etc/os-release \
        /etc/passwd /etc/protocols /etc/python3.N /etc/services /lib /lib64 /usr/bin/ld.so /usr/bin/pdb3 \
        /usr/bin/pdb3.13 /usr/bin/python3 /usr/lib/gcc/x86_64-linux-gnu/14/libstdc++.so /usr/lib/os-release \
        /usr/lib/python3/dist-packages/packaging /usr/lib/ssl/cert.pem /usr/lib/ssl/openssl.cnf \
        /usr/lib/x86_64-linux-gnu/libbz2.so.N /usr/lib/x86_64-linux-gnu/libbz2.so.N \
        /usr/lib/x86_64-linux-gnu/libcrypto.so /usr/lib/x86_64-linux-gnu/libexpat.so \
        /usr/lib/x86_64-linux-gnu/libexpat.so.N /usr/lib/x86_64-linux-gnu/libffi.so \
        /usr/lib/x86_64-linux-gnu/libffi.so.N /usr/lib/x86_64-linux-gnu/libresolv.so \
        /usr/lib/x86_64-linux-gnu/libssl.so /usr/lib/x86_64-linux-gnu/libstdc++.so.N \
        /usr/lib/x86_64-linux-gnu/libz.so /usr/lib/x86_64-linux-gnu/libz.so.N \
        /usr/lib64/ld-linux-x86-64.so.N /usr/local/bin/python \
        /usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf /usr/share/zoneinfo \
        /slim/ \
    && chown 65532:65532 /slim/root \
    && chmod 700 /slim/root \
    && chmod 1777 /slim/tmp /slim/var/tmp
# What scanners look for: the packages of which files are shipped
RUN mkdir -p /slim/var/lib/dpkg/status.d \
    && for name in \
        base-files ca-certificates curl fonts-dejavu-core libbrotli1 libbz2-1.0 libc-bin libc6 libcom-err2 \
        libcurl4t64 libexpat1 libffi8 libgcc-s1 libgmp10 libgnutls30t64 libgssapi-krb5-2 libhogweed6t64 \
        libidn2-0 libk5crypto3 libkeyutils1 libkrb5-3 libkrb5support0 libldap2 liblzma5 libnettle8t64 \
        libnghttp2-14 libnghttp3-9 libp11-kit0 libpsl5t64 libpython3.13-minimal libpython3.13-stdlib \
        libreadline8t64 librtmp1 libsasl2-2 libsqlite3-0 libssh2-1t64 libssl3t64 libstdc++6 libtasn1-6 \
        libtinfo6 libunistring5 libuuid1 libzstd1 media-types netbase openssl python3-minimal \
        python3-packaging python3.N-minimal tzdata zlib1g; \
        do dpkg-query --status "$name" > "/slim/var/lib/dpkg/status.d/$name" || exit 1; done

# What is shipped: only what the app uses
FROM scratch
# What every system has: users, certificates and the like
COPY --link --from=trimmed /usr/lib/x86_64-linux-gnu/gconv /usr/lib/x86_64-linux-gnu/gconv
COPY --link --from=trimmed /etc/ssl /etc/ssl
# What is run
COPY --link --from=build /usr/bin/curl /usr/bin/python3.N /usr/bin/
# What the app reads
COPY --link --from=build \
    /usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.N /usr/lib/x86_64-linux-gnu/libbrotlicommon.so.N \
    /usr/lib/x86_64-linux-gnu/libbrotlidec.so.N /usr/lib/x86_64-linux-gnu/libbz2.so.N \
    /usr/lib/x86_64-linux-gnu/libc.so.N /usr/lib/x86_64-linux-gnu/libcom_err.so.N \
    /usr/lib/x86_64-linux-gnu/libcrypto.so.N /usr/lib/x86_64-linux-gnu/libcurl.so.N \
    /usr/lib/x86_64-linux-gnu/libdl.so.N /usr/lib/x86_64-linux-gnu/libexpat.so.N \
    /usr/lib/x86_64-linux-gnu/libffi.so.N /usr/lib/x86_64-linux-gnu/libgcc_s.so.N \
    /usr/lib/x86_64-linux-gnu/libgmp.so.N /usr/lib/x86_64-linux-gnu/libgnutls.so.N \
    /usr/lib/x86_64-linux-gnu/libgssapi_krb5.so.N /usr/lib/x86_64-linux-gnu/libhogweed.so.N \
    /usr/lib/x86_64-linux-gnu/libidn2.so.N /usr/lib/x86_64-linux-gnu/libk5crypto.so.N \
    /usr/lib/x86_64-linux-gnu/libkeyutils.so.N /usr/lib/x86_64-linux-gnu/libkrb5.so.N \
    /usr/lib/x86_64-linux-gnu/libkrb5support.so.N /usr/lib/x86_64-linux-gnu/liblber.so.N \
    /usr/lib/x86_64-linux-gnu/libldap.so.N /usr/lib/x86_64-linux-gnu/liblzma.so.N \
    /usr/lib/x86_64-linux-gnu/libm.so.N /usr/lib/x86_64-linux-gnu/libnettle.so.N \
    /usr/lib/x86_64-linux-gnu/libnghttp2.so.N /usr/lib/x86_64-linux-gnu/libnghttp3.so.N \
    /usr/lib/x86_64-linux-gnu/libnss_dns.so.N /usr/lib/x86_64-linux-gnu/libnss_files.so.N \
    /usr/lib/x86_64-linux-gnu/libp11-kit.so.N /usr/lib/x86_64-linux-gnu/libpsl.so.N \
    /usr/lib/x86_64-linux-gnu/libpthread.so.N /usr/lib/x86_64-linux-gnu/libreadline.so.N \
    /usr/lib/x86_64-linux-gnu/libresolv.so.N /usr/lib/x86_64-linux-gnu/librtmp.so.N \
    /usr/lib/x86_64-linux-gnu/libsasl2.so.N /usr/lib/x86_64-linux-gnu/libsqlite3.so.N \
    /usr/lib/x86_64-linux-gnu/libssh2.so.N /usr/lib/x86_64-linux-gnu/libssl.so.N \
    /usr/lib/x86_64-linux-gnu/libstdc++.so.N /usr/lib/x86_64-linux-gnu/libtasn1.so.N \
    /usr/lib/x86_64-linux-gnu/libtinfo.so.N /usr/lib/x86_64-linux-gnu/libunistring.so.N \
    /usr/lib/x86_64-linux-gnu/libuuid.so.N /usr/lib/x86_64-linux-gnu/libz.so.N \
    /usr/lib/x86_64-linux-gnu/libzstd.so.N \
    /usr/lib/x86_64-linux-gnu/
COPY --link --from=build /usr/lib/locale/locale-archive /usr/lib/locale/locale-archive
# What the app needs
COPY --link --from=trimmed /usr/lib/python3.N /usr/lib/python3.N
# What the app reads
COPY --link --from=trimmed /opt/venv /opt/venv
COPY --link --from=trimmed /app /app
# Links, folders and small files
COPY --link --from=trimmed /slim/ /
ENV \
    PATH=/opt/venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    LANG=de_DE.UTF-8 \
    FLASK_ENV=production \
    HOME=/root
WORKDIR /app
# Not root, and by number: no file has to name it
USER 65532:65532
EXPOSE 5000
# Without a shell
HEALTHCHECK CMD ["curl", "--fail", "http://localhost:5000/healthz"]
# Started without a shell: it gets the signals itself
CMD ["gunicorn", "--bind", "0.0.0.0:5000", "--workers", "2", "--access-logfile", "-", "app:app"]
