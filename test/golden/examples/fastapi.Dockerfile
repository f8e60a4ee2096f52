# syntax=docker/dockerfile:1
FROM python:3 AS build

# Debian's pip asks for this where there is no virtual environment
ENV PIP_BREAK_SYSTEM_PACKAGES=1

WORKDIR /code

# What dependencies need comes first: a change of the source does not install them again
COPY requirements.txt /code/

# With a cache that stays between builds, and out of the image
RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt

COPY . /code

# The catalogue is read only when the server runs
RUN python3 seed.py

# Prepares what is shipped
FROM build AS trimmed
# Tests, documentation and what else the app does not use
RUN rm -rf /etc/ssl/private \
    && rm -rf \
        /usr/lib/python3.N/encodings/__pycache__/ascii.cpython-3.N.pyc \
        /usr/lib/python3.N/encodings/__pycache__/cp437.cpython-3.N.pyc \
        /usr/lib/python3.N/html/__pycache__/parser.cpython-3.N.pyc \
        /usr/lib/python3.N/http/__pycache__/cookiejar.cpython-3.N.pyc \
        /usr/lib/python3.N/tomllib/__pycache__ /usr/lib/python3.N/urllib/__pycache__/error.cpython-3.N.pyc \
        /usr/lib/python3.N/urllib/__pycache__/request.cpython-3.N.pyc \
        /usr/lib/python3.N/urllib/__pycache__/response.cpython-3.N.pyc /usr/lib/python3.N/xml/__pycache__ \
        /usr/lib/python3.N/xml/parsers/__pycache__ /usr/lib/python3.N/xmlrpc/__pycache__ \
    && (cd /usr/lib/python3.N/__pycache__ && rm -rf -- \
        _markupbase.cpython-3.N.pyc argparse.cpython-3.N.pyc calendar.cpython-3.N.pyc \
        compileall.cpython-3.N.pyc csv.cpython-3.N.pyc filecmp.cpython-3.N.pyc getpass.cpython-3.N.pyc \
        gzip.cpython-3.N.pyc netrc.cpython-3.N.pyc optparse.cpython-3.N.pyc pkgutil.cpython-3.N.pyc \
        py_compile.cpython-3.N.pyc tarfile.cpython-3.N.pyc) \
    && (cd /usr/lib/python3.N && rm -rf -- \
        _pyrepl antigravity.py config-3.N-x86_64-linux-gnu curses dbm ensurepip pydoc.py pydoc_data test \
        this.py turtle.py venv) \
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
        /usr/local/lib/python3.N \( -name '*.pxd' -o -name '*.pyi' -o -name '*.pyx' \
        -o -name __main__.cpython-3.N.pyc -o -name cli.cpython-3.N.pyc \) \
        -prune -exec rm -rf {} + \
    && rm -rf \
        /usr/local/lib/python3.N/dist-packages/annotated_types/__pycache__/test_cases.cpython-3.N.pyc \
        /usr/local/lib/python3.N/dist-packages/anyio/_backends/__pycache__/_trio.cpython-3.N.pyc \
        /usr/local/lib/python3.N/dist-packages/anyio/streams/__pycache__/buffered.cpython-3.N.pyc \
        /usr/local/lib/python3.N/dist-packages/anyio/streams/__pycache__/file.cpython-3.N.pyc \
        /usr/local/lib/python3.N/dist-packages/anyio/streams/__pycache__/text.cpython-3.N.pyc \
        /usr/local/lib/python3.N/dist-packages/dns/__pycache__ \
        /usr/local/lib/python3.N/dist-packages/dns/dnssecalgs/__pycache__ \
        /usr/local/lib/python3.N/dist-packages/dns/quic/__pycache__ \
        /usr/local/lib/python3.N/dist-packages/dns/rdtypes/ANY/__pycache__ \
        /usr/local/lib/python3.N/dist-packages/dns/rdtypes/IN/__pycache__ \
        /usr/local/lib/python3.N/dist-packages/dns/rdtypes/__pycache__ \
        /usr/local/lib/python3.N/dist-packages/dotenv/__pycache__ \
        /usr/local/lib/python3.N/dist-packages/email_validator/__pycache__/deliverability.cpython-3.N.pyc \
        /usr/local/lib/python3.N/dist-packages/h11/__pycache__ \
        /usr/local/lib/python3.N/dist-packages/idna/__pycache__/codec.cpython-3.N.pyc \
        /usr/local/lib/python3.N/dist-packages/idna/__pycache__/uts46data.cpython-3.N.pyc \
        /usr/local/lib/python3.N/dist-packages/markupsafe/_speedups.c \
        /usr/local/lib/python3.N/dist-packages/opentelemetry/propagators/__pycache__/_envcarrier.cpython-3.N.pyc \
        /usr/local/lib/python3.N/dist-packages/pydantic/_internal/__pycache__/_decorators_v1.cpython-3.N.pyc \
        /usr/local/lib/python3.N/dist-packages/pydantic/_internal/__pycache__/_validate_call.cpython-3.N.pyc \
        /usr/local/lib/python3.N/dist-packages/pydantic/deprecated/__pycache__ \
        /usr/local/lib/python3.N/dist-packages/pydantic/experimental/__pycache__ \
        /usr/local/lib/python3.N/dist-packages/pydantic/v1/__pycache__/_hypothesis_plugin.cpython-3.N.pyc \
        /usr/local/lib/python3.N/dist-packages/pydantic/v1/__pycache__/generics.cpython-3.N.pyc \
        /usr/local/lib/python3.N/dist-packages/pydantic/v1/__pycache__/mypy.cpython-3.N.pyc \
        /usr/local/lib/python3.N/dist-packages/pydantic_core/_pydantic_core \
        /usr/local/lib/python3.N/dist-packages/uvicorn/__pycache__/workers.cpython-3.N.pyc \
        /usr/local/lib/python3.N/dist-packages/uvicorn/protocols/websockets/__pycache__/websockets_impl.cpython-3.N.pyc \
        /usr/local/lib/python3.N/dist-packages/uvicorn/protocols/websockets/__pycache__/wsproto_impl.cpython-3.N.pyc \
        /usr/local/lib/python3.N/dist-packages/uvloop/__pycache__/_testbase.cpython-3.N.pyc \
        /usr/local/lib/python3.N/dist-packages/uvloop/handles \
        /usr/local/lib/python3.N/dist-packages/uvloop/includes/consts.pxi \
        /usr/local/lib/python3.N/dist-packages/uvloop/includes/stdlib.pxi \
        /usr/local/lib/python3.N/dist-packages/websockets/__pycache__/client.cpython-3.N.pyc \
        /usr/local/lib/python3.N/dist-packages/websockets/__pycache__/proxy.cpython-3.N.pyc \
        /usr/local/lib/python3.N/dist-packages/websockets/__pycache__/uri.cpython-3.N.pyc \
        /usr/local/lib/python3.N/dist-packages/websockets/asyncio/__pycache__ \
        /usr/local/lib/python3.N/dist-packages/websockets/legacy/__pycache__ \
        /usr/local/lib/python3.N/dist-packages/websockets/speedups.c \
        /usr/local/lib/python3.N/dist-packages/websockets/sync/__pycache__ \
        /usr/local/lib/python3.N/dist-packages/websockets/trio/__pycache__ \
        /usr/local/lib/python3.N/dist-packages/yaml/__pycache__ \
    && (cd /usr/local/lib/python3.N/dist-packages/anyio/__pycache__ && rm -rf -- \
        from_thread.cpython-3.N.pyc functools.cpython-3.N.pyc itertools.cpython-3.N.pyc \
        pytest_plugin.cpython-3.N.pyc to_interpreter.cpython-3.N.pyc to_process.cpython-3.N.pyc) \
    && (cd /usr/local/lib/python3.N/dist-packages/anyio/_core/__pycache__ && rm -rf -- \
        _asyncio_selector_thread.cpython-3.N.pyc _concurrency_utils.cpython-3.N.pyc \
        _contextmanagers.cpython-3.N.pyc _fileio.cpython-3.N.pyc _futures.cpython-3.N.pyc \
        _subprocesses.cpython-3.N.pyc _tempfile.cpython-3.N.pyc) \
    && (cd /usr/local/lib/python3.N/dist-packages/click/__pycache__ && rm -rf -- \
        _termui_impl.cpython-3.N.pyc _textwrap.cpython-3.N.pyc _winconsole.cpython-3.N.pyc \
        shell_completion.cpython-3.N.pyc testing.cpython-3.N.pyc) \
    && (cd /usr/local/lib/python3.N/dist-packages/jinja2/__pycache__ && rm -rf -- \
        debug.cpython-3.N.pyc ext.cpython-3.N.pyc meta.cpython-3.N.pyc nativetypes.cpython-3.N.pyc \
        sandbox.cpython-3.N.pyc) \
    && (cd /usr/local/lib/python3.N/dist-packages/pydantic/__pycache__ && rm -rf -- \
        dataclasses.cpython-3.N.pyc functional_serializers.cpython-3.N.pyc mypy.cpython-3.N.pyc \
        root_model.cpython-3.N.pyc validate_call_decorator.cpython-3.N.pyc) \
    && (cd /usr/local/lib/python3.N/dist-packages/starlette/__pycache__ && rm -rf -- \
        authentication.cpython-3.N.pyc config.cpython-3.N.pyc endpoints.cpython-3.N.pyc \
        schemas.cpython-3.N.pyc testclient.cpython-3.N.pyc) \
    && (cd /usr/local/lib/python3.N/dist-packages/starlette/middleware/__pycache__ && rm -rf -- \
        cors.cpython-3.N.pyc gzip.cpython-3.N.pyc opentelemetry.cpython-3.N.pyc sessions.cpython-3.N.pyc \
        wsgi.cpython-3.N.pyc) \
    && (cd /usr/local/lib/python3.N/dist-packages/uvicorn/protocols/http/__pycache__ && rm -rf -- \
        auto_zttp_impl.cpython-3.N.pyc h11_impl.cpython-3.N.pyc zttp_h2_impl.cpython-3.N.pyc \
        zttp_impl.cpython-3.N.pyc)
# Links, which COPY would follow, and small files, in one layer
RUN mkdir -p /slim/tmp /slim/var/tmp \
    && cp -a --parents \
        /code/app /code/catalogue.db /code/seed.py /etc/ld.so.conf.d /etc/localtime /etc/os-release \
        /etc/python3.N /lib /lib64 /usr/bin/ld.so /usr/bin/pdb3 /usr/bin/pdb3.13 /usr/bin/python3 \
        /usr/lib/locale/C.utf8/LC_CTYPE /usr/lib/os-release \
        /usr/lib/python3/dist-packages/pip-N.dist-info/entry_points.txt \
        /usr/lib/python3/dist-packages/wheel-N.dist-info/entry_points.txt /usr/lib/ssl/cert.pem \
        /usr/lib/ssl/openssl.cnf /usr/lib/x86_64-linux-gnu/gconv/gconv-modules.cache \
        /usr/lib/x86_64-linux-gnu/libbz2.so.N /usr/lib/x86_64-linux-gnu/libbz2.so.N \
        /usr/lib/x86_64-linux-gnu/libcrypto.so /usr/lib/x86_64-linux-gnu/libexpat.so \
        /usr/lib/x86_64-linux-gnu/libexpat.so.N /usr/lib/x86_64-linux-gnu/libffi.so \
        /usr/lib/x86_64-linux-gnu/libffi.so.N /usr/lib/x86_64-linux-gnu/libssl.so \
        /usr/lib/x86_64-linux-gnu/libz.so /usr/lib/x86_64-linux-gnu/libz.so.N \
        /usr/lib64/ld-linux-x86-64.so.N /usr/local/bin/python /usr/local/bin/uvicorn \
        /slim/ \
    && chmod 1777 /slim/tmp /slim/var/tmp
# What scanners look for: the packages of which files are shipped
RUN mkdir -p /slim/var/lib/dpkg/status.d \
    && for name in \
        base-files ca-certificates libbz2-1.0 libc-bin libc6 libexpat1 libffi8 libgcc-s1 liblzma5 \
        libpython3.13-minimal libpython3.13-stdlib libreadline8t64 libsqlite3-0 libssl3t64 libtinfo6 \
        libuuid1 libzstd1 media-types netbase openssl python3-minimal python3-pip python3-wheel \
        python3.N-minimal tzdata zlib1g; \
        do dpkg-query --status "$name" > "/slim/var/lib/dpkg/status.d/$name" || exit 1; done

# What is shipped: only what the app uses
FROM scratch
# What every system has: users, certificates and the like
COPY --link --from=build \
    /etc/debian_version /etc/gai.conf /etc/group /etc/host.conf /etc/hosts /etc/ld.so.cache \
    /etc/ld.so.conf /etc/mime.types /etc/nsswitch.conf /etc/passwd /etc/protocols /etc/services \
    /etc/
COPY --link --from=trimmed /etc/ssl /etc/ssl
COPY --link --from=build /usr/share/zoneinfo /usr/share/zoneinfo
# What is run
COPY --link --from=build /usr/bin/python3.N /usr/bin/python3.N
# What the app reads
COPY --link --from=build \
    /usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.N /usr/lib/x86_64-linux-gnu/libbz2.so.N \
    /usr/lib/x86_64-linux-gnu/libc.so.N /usr/lib/x86_64-linux-gnu/libcrypto.so.N \
    /usr/lib/x86_64-linux-gnu/libdl.so.N /usr/lib/x86_64-linux-gnu/libexpat.so.N \
    /usr/lib/x86_64-linux-gnu/libffi.so.N /usr/lib/x86_64-linux-gnu/libgcc_s.so.N \
    /usr/lib/x86_64-linux-gnu/liblzma.so.N /usr/lib/x86_64-linux-gnu/libm.so.N \
    /usr/lib/x86_64-linux-gnu/libnss_dns.so.N /usr/lib/x86_64-linux-gnu/libnss_files.so.N \
    /usr/lib/x86_64-linux-gnu/libpthread.so.N /usr/lib/x86_64-linux-gnu/libreadline.so.N \
    /usr/lib/x86_64-linux-gnu/librt.so.N /usr/lib/x86_64-linux-gnu/libsqlite3.so.N \
    /usr/lib/x86_64-linux-gnu/libssl.so.N /usr/lib/x86_64-linux-gnu/libtinfo.so.N \
    /usr/lib/x86_64-linux-gnu/libuuid.so.N /usr/lib/x86_64-linux-gnu/libz.so.N \
    /usr/lib/x86_64-linux-gnu/libzstd.so.N \
    /usr/lib/x86_64-linux-gnu/
COPY --link --from=trimmed /usr/local/lib/python3.N /usr/local/lib/python3.N
# What the app needs
COPY --link --from=trimmed /usr/lib/python3.N /usr/lib/python3.N
# Links, folders and small files
COPY --link --from=trimmed /slim/ /
ENV PIP_BREAK_SYSTEM_PACKAGES=1
WORKDIR /code
# Not root, and by number: no file has to name it
USER 65532:65532
EXPOSE 80
CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0", "--port", "80"]
