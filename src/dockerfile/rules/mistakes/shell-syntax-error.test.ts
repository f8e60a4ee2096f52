import { describeRule } from '../testing/describe-rule.ts'
import { shellSyntaxError } from './shell-syntax-error.ts'

describeRule(shellSyntaxError, {
  catches: {
    'a condition without its end': { dockerfile: 'FROM debian\nRUN if [ -f a ]; then «b»\n', messages: [/fi/] },
    'an operator without a command behind it': 'FROM debian\nRUN a && b &«&»\n',
    'a quote that is not closed': 'FROM debian\nRUN echo «"»a\n',
    'a mistake in a here-document and in sh -c':
      'FROM debian\nRUN <<EOF\nfor a in b; do\n  c\n«E»OF\nRUN sh -c "a «|» | b"\n',
  },
  leaves: {
    'scripts that are right':
      'FROM debian\nRUN if [ -f a ]; then b; fi && for c in d; do e; done\nRUN a "$(b "c")" `d`\nRUN (a; b) && { c; }\nCMD case $A in b) c;; *) d;; esac',
    'the language of bash': 'FROM debian\nSHELL ["bash", "-c"]\nRUN a=(1 2); [[ ${a[0]} == 1 ]] && cat <(b) <<<c',
    'here-documents of commands':
      'FROM debian\nRUN cat <<EOF > a && b\nif (\nEOF\nRUN python3 <<EOF\nif a:\n  b("c\nEOF',
    'other shells and programs':
      'FROM debian\nSHELL ["pwsh", "-c"]\nRUN if (a) { b\nSHELL ["zsh", "-c"]\nRUN for a (b c) { d }\nRUN <<EOF\n#!/usr/bin/env python3\nif a:\n  b(\'"\')\nEOF',
    'Windows, where the base does not say so': 'ARG BASE\nFROM $BASE\nRUN icacls C:\\\\a /grant "b":(OI)(CI)F',
    templates: 'FROM debian\nRUN {{ if .A }}(a{{ end }}\nRUN <% b(',
    'comments that swallow the rest': 'FROM debian\nRUN if a; then # b \\\n  c; fi',
    'the exec form': 'FROM debian\nCMD ["if", "("]',
  },
})
