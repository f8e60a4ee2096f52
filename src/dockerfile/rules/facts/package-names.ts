/**
 * Packages of Debian, Ubuntu, Alpine and Fedora whose names have several parts, as Dockerfiles often install them. Only for finding
 * names that were torn apart: a name that is not here may exist.
 */
const compound: ReadonlySet<string> = new Set(
  `apt-transport-https apt-utils build-essential build-base alpine-sdk ca-certificates ca-certificates-java cron-apt debian-archive-keyring
  default-jdk default-jre default-jdk-headless default-jre-headless default-libmysqlclient-dev default-mysql-client dnf-plugins-core
  dirmngr dos2unix docker-ce docker-ce-cli docker-compose-plugin containerd-io epel-release fonts-liberation fonts-noto fonts-dejavu
  fonts-noto-cjk fonts-noto-color-emoji font-noto ttf-dejavu gcc-c++ gcc-multilib g++-multilib gdal-bin git-lfs gnupg-agent gnupg2
  google-chrome-stable gstreamer1.0-plugins-base icu-dev icu-libs inetutils-ping iputils-ping iproute2 iptables-persistent
  kernel-devel language-pack-en less-css libaio1 libasound2 libatk-bridge2.0-0 libatk1.0-0 libboost-all-dev libbz2-dev libc6-compat
  libc6-dev libc-dev libcairo2-dev libcurl4-openssl-dev libcurl4-gnutls-dev libffi-dev libfreetype6-dev libgbm1 libgdal-dev libgl1-mesa-glx
  libglib2.0-0 libglib2.0-dev libgmp-dev libgomp1 libgtk-3-0 libicu-dev libjpeg-dev libjpeg62-turbo-dev libjpeg-turbo-dev
  libjpeg-turbo libldap2-dev liblzma-dev libmagic1 libmagickwand-dev libmariadb-dev libmcrypt-dev libmemcached-dev libmysqlclient-dev
  libncurses5-dev libncursesw5-dev libnss3 libonig-dev libopenblas-dev libpcre3-dev libpng-dev libpq-dev libpq5 libpython3-dev libreadline-dev
  libsasl2-dev libsm6 libsodium-dev libsqlite3-dev libssl-dev libssl3 libstdc++6 libtool-bin libusb-1.0-0-dev libvips-dev libwebp-dev
  libx11-xcb1 libxext6 libxml2-dev libxmlsec1-dev libxrender1 libxslt1-dev libxslt-dev libyaml-dev libz-dev libzip-dev linux-headers
  linux-headers-generic linux-libc-dev lsb-release make-guile mariadb-client mariadb-connector-c mariadb-connector-c-dev mariadb-dev
  mesa-utils musl-dev mysql-client mysql-server net-tools netcat-openbsd netcat-traditional nodejs-npm openjdk-11-jdk openjdk-11-jre
  openjdk-11-jre-headless openjdk-17-jdk openjdk-17-jre openjdk-17-jre-headless openjdk-21-jdk openjdk-21-jre openjdk-8-jdk openjdk-8-jre
  openssh-client openssh-server openssl-dev openssl-devel perl-base php-cli php-curl php-mbstring php-xml php-zip pkg-config
  postgresql-client postgresql-dev postgresql-contrib procps-ng protobuf-compiler python3-dev python3-devel python3-distutils python3-pip
  python3-setuptools python3-venv python3-wheel python3-numpy python3-yaml python-dev python-pip python-setuptools python-is-python3
  py3-pip py3-setuptools py3-wheel redis-server redis-tools rsync-daemon ruby-dev ruby-full shadow-utils software-properties-common
  sqlite-dev sqlite3-dev su-exec supervisor-twiddler texlive-latex-base texlive-latex-extra texlive-fonts-recommended tzdata-java
  unixodbc-dev util-linux vim-tiny wait-for-it wkhtmltopdf-static xfonts-base xvfb-run xz-utils xz-dev xz-devel yaml-dev yum-utils
  zlib1g-dev zlib-dev zlib-devel dumb-init bash-completion gettext-base gosu-static imagemagick-dev chromium-driver dbus-x11 dnsutils-ng
  libxcomposite1 libxdamage1 libdrm2 libxkbcommon0 libpango-1.0-0 libpangocairo-1.0-0 ninja-build make-dfsg bsdmainutils-dev
  nginx-extras nginx-full nginx-light php-fpm php-mysql php-pgsql locales-all tini-static`.split(/\s+/),
)

/** What is a package by itself, so that it may stand beside another one. */
const single: ReadonlySet<string> = new Set(
  `bash bison bzip2 chromium cmake cron curl dbus ffmpeg file flex gcc g++ gdb gettext git gnupg go gosu graphviz gzip imagemagick java jq
  less locales lua make mariadb musl mysql nano netcat nginx ninja nodejs node npm openssh openssl patch perl php postgresql procps python
  python3 py3 redis rsync ruby rust cargo sqlite sqlite3 sudo supervisor tar tini tzdata unzip util-linux vim wget xvfb yaml yarn zip zlib
  docker kernel default unixodbc texlive shadow tk tcl gdal icu fonts protobuf libtool autoconf automake m4 r-base dumb bc gawk ed at`.split(
    /\s+/,
  ),
)

/** Names of packages that Dockerfiles often install. There are many others. */
export const packageNames: ReadonlySet<string> = new Set([...compound, ...single])

/**
 * The package that two words are, where a blank has got into its name: `ca- certificates`, `build essential`, `lib ssl-dev`.
 *
 * @returns undefined where the two may be packages of their own.
 */
export function tornPackage(first: string, second: string): string | undefined {
  const joined = `${first}${second}`
  const isCut = first.endsWith('-') || second.startsWith('-')
  if (compound.has(joined) && (isCut || areParts(first, second))) return joined
  const hyphenated = `${first}-${second}`
  return !isCut && compound.has(hyphenated) && areParts(first, second) ? hyphenated : undefined
}

function areParts(first: string, second: string): boolean {
  return !isPackage(first) && !isPackage(second)
}

function isPackage(name: string): boolean {
  return single.has(name) || compound.has(name)
}
