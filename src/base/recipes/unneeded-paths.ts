/** What a program in a container does not read: documentation, translations, and what package tools and shells use. */
export const unneededPaths: readonly string[] & string[] = [
  '/usr/share/doc/*/*',
  // Who wrote it, and under which licence it may be handed on.
  '!/usr/share/doc/*/copyright',
  '/usr/share/bash-completion',
  '/usr/share/bug',
  '/usr/share/doc-base',
  '/usr/share/fish',
  '/usr/share/gdb',
  '/usr/share/info',
  '/usr/share/lintian',
  '/usr/share/locale',
  '/usr/share/man',
  '/usr/share/zsh',
]
