import { describeRule } from '../testing/describe-rule.ts'
import { bashInSh } from './bash-in-sh.ts'

describeRule(bashInSh, {
  catches: {
    'tests of bash in dash, and lets bash run them': {
      dockerfile: 'FROM debian:12\nRUN if «[[ -f /a ]]»; then b; fi\nRUN «[[ c ]]»\n',
      messages: [/\[\[ \]\].*dash/],
      fixedUnsafely: 'FROM debian:12\nSHELL ["/bin/bash", "-c"]\nRUN if [[ -f /a ]]; then b; fi\nRUN [[ c ]]\n',
    },
    'source, for which it writes a dot': {
      dockerfile: 'from ubuntu:24.04\r\nrun «source» /opt/venv/bin/activate && pip install a\r\n',
      fixedUnsafely: 'from ubuntu:24.04\r\nrun . /opt/venv/bin/activate && pip install a\r\n',
    },
    '== in test, for which it writes =': {
      dockerfile: 'FROM node:22-bookworm\nRUN if [ "$A" «==» "b" ]; then c; elif test d == e; then f; fi\n',
      fixedUnsafely: 'FROM node:22-bookworm\nRUN if [ "$A" = "b" ]; then c; elif test d = e; then f; fi\n',
    },
    'what dash refuses, in CMD, HEALTHCHECK and here-documents': {
      dockerfile: 'FROM debian:12\nRUN <<EOF\ncat «<(a)»\nEOF\nHEALTHCHECK CMD a «<<<b»\nCMD «a=(1 2)»; b\n',
      messages: [/<\( \)/, /<<</, /an array/],
      fixedUnsafely:
        'FROM debian:12\nSHELL ["/bin/bash", "-c"]\nRUN <<EOF\ncat <(a)\nEOF\nHEALTHCHECK CMD a <<<b\nCMD a=(1 2); b\n',
    },
    'pipefail in old releases, and sh in the exec form': {
      dockerfile:
        'FROM debian:bookworm-slim\nRUN ["sh", "-c", "set -eo «pipefail»; a | b"]\nFROM scratch\nCOPY --from=0 /a /a\n',
    },
    'words and options of bash': {
      dockerfile:
        'FROM ubuntu:22.04\nRUN «pushd» a\nRUN «echo -e» "a\\tb" > c\nRUN «read -s» a\nRUN trap b «ERR»\nRUN «export -f» a\n',
      fixedUnsafely:
        'FROM ubuntu:22.04\nSHELL ["/bin/bash", "-c"]\nRUN pushd a\nRUN echo -e "a\\tb" > c\nRUN read -s a\nRUN trap b ERR\nRUN export -f a\n',
    },
    'what busybox does not know, where bash is not there':
      'FROM alpine:3.22\nRUN mkdir -p /a/«{b,c}»\nRUN a «<<<b»\nRUN sh -c "«shopt» -s a"\n',
    'several in one script, at the first': 'FROM alpine:3.22\nRUN «(( a ))» && declare -a b && c=(d)\n',
  },
  leaves: {
    'bash, by SHELL, by bash -c, by #! and by the base':
      'FROM debian:12\nRUN bash -c "[[ a ]] && source b"\nRUN <<EOF\n#!/usr/bin/env bash\nset -o pipefail\n[[ a ]]\nEOF\nSHELL ["/bin/bash", "-c"]\nRUN [[ a ]]\nFROM fedora:43\nRUN [[ a ]] && source b',
    'what busybox knows':
      'FROM alpine:3.22\nRUN set -o pipefail; [[ a == b ]] && source ./c && echo -e d &> e && f "${g:1}" "${h//i/j}"\nRUN [ a == b ]',
    'pipefail in new releases and unknown ones':
      'FROM debian:trixie\nRUN set -o pipefail\nFROM ubuntu:26.04\nRUN set -o pipefail\nFROM node:22\nRUN set -o pipefail',
    'bases that are not known': 'FROM example.com/a\nRUN [[ a ]]\nARG B\nFROM ${B}\nRUN source c',
    'bases that may have a SHELL of their own':
      'FROM bitnami/minideb:bookworm\nRUN [[ a ]]\nFROM jupyter/base-notebook\nRUN source a',
    'another /bin/sh': 'FROM debian:12\nRUN ln -sf /bin/bash /bin/sh\nRUN [[ a ]]\nFROM 0\nRUN [[ b ]]',
    'what is POSIX':
      'FROM debian:12\nRUN [ a = b ] && . ./c && d >e 2>&1 && f() { local g; }; f "${h:-i}" "${j%k}" $((1 + 2)); echo -n l; read -r m; set -eux',
    'text that is no script': `FROM debian:12\nRUN echo "[[ a ]]" '<(b)' && cat <<EOF\nsource c\n[[ d ]]\nEOF`,
    'braces that are for a program':
      'FROM debian:12\nRUN curl -O https://example.com/{a,b} && find . -exec rm {} + && awk {print,a}',
    'functions of the script': 'FROM debian:12\nRUN source() { . "$1"; }; source ./a',
    'commands behind command -v': 'FROM debian:12\nRUN command -v source || true',
  },
})
