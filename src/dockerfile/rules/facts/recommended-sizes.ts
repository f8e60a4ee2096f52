/**
 * What packages of Debian bring along that they only recommend, unpacked, in MB: the difference between `apt-get install` with and
 * without `--no-install-recommends` on a Debian 12 for amd64 that has only its required packages (measured November 2026).
 */
const recommendedMegabytes: ReadonlyMap<string, number> = new Map([
  ['build-essential', 79],
  ['chromium', 213],
  ['cmake', 265],
  ['default-jre', 64],
  ['default-jre-headless', 57],
  ['emacs-nox', 162],
  ['ffmpeg', 157],
  ['g++', 58],
  ['gcc', 82],
  ['graphviz', 59],
  ['imagemagick', 113],
  ['jupyter-notebook', 1063],
  ['libgdal-dev', 198],
  ['libglib2.0-0', 54],
  ['libjpeg-dev', 58],
  ['libmagickwand-dev', 285],
  ['libpng-dev', 58],
  ['libreoffice-writer', 910],
  ['libvips', 84],
  ['libxml2-dev', 58],
  ['libzip-dev', 58],
  ['npm', 677],
  ['octave', 565],
  ['python3-dev', 61],
  ['python3-opencv', 205],
  ['python3-pip', 430],
  ['r-base', 721],
  ['texlive-xetex', 936],
  ['wkhtmltopdf', 205],
  ['zlib1g-dev', 58],
])

/** Packages of Debian 12 that recommend nothing that would be installed, found in the same way. */
// prettier-ignore
const withoutRecommendations: ReadonlySet<string> = new Set([
  'acl', 'apt-transport-https', 'bzip2', 'ca-certificates', 'dumb-init', 'file', 'fonts-liberation', 'gettext-base', 'gosu', 'jq',
  'libffi-dev', 'libgl1', 'libgomp1', 'libsm6', 'libssl-dev', 'locales', 'lsb-release', 'make', 'netcat-openbsd', 'php-cli',
  'pkg-config', 'redis-tools', 'rsync', 'sqlite3', 'tini', 'tzdata', 'unzip', 'xz-utils',
])

/** What the package brings along that it only recommends, where that is 50 MB and more: its size in MB. */
export function largeRecommendation(name: string): number | undefined {
  if (/^openjdk-\d+-jre-headless$/.test(name)) return recommendedMegabytes.get('default-jre-headless')
  return recommendedMegabytes.get(name)
}

/** Whether a package is known to recommend nothing. */
export function recommendsNothing(name: string): boolean {
  return withoutRecommendations.has(name)
}
