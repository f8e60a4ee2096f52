import { slipFinder } from './typing-slips.ts'

/** Programs that Dockerfiles often call. A slip of one of these is told. */
const usual = words(
  `apt-get apt-cache apt-key apt-mark dpkg dpkg-reconfigure yum dnf microdnf tdnf zypper pacman rpm
  npm npx node nodejs yarn pnpm corepack deno python python3 pip pip3 pipenv poetry conda mamba micromamba virtualenv pytest
  ruby gem bundle rails rake java javac mvn gradle gradlew ant dotnet php composer artisan perl cpanm cargo rustc rustup
  cmake make ninja meson clang bazel gcc g++ swift mix elixir erlang stack cabal sbt lein clojure
  nginx httpd apache2 apache2ctl apachectl caddy traefik haproxy php-fpm gunicorn uvicorn uwsgi celery flask django-admin streamlit
  hypercorn daphne jupyter supervisord supervisorctl redis-server redis-cli mysqld mongod postgres psql pg_isready mysql sqlite3
  curl wget git unzip gunzip bunzip2 gzip bzip2 bash busybox sudo systemctl service chmod chown chgrp mkdir rmdir touch mktemp
  groupadd useradd usermod userdel addgroup adduser deluser update-ca-certificates locale-gen ldconfig install-php-extensions
  docker-php-ext-install docker-php-ext-enable docker-php-ext-configure docker-compose kubectl terraform ansible ansible-playbook
  echo printf export source grep egrep fgrep sleep which find xargs head tail sort uniq tee openssl gpgv sha256sum
  pm2 pm2-runtime nodemon ts-node serve http-server webpack next nest jekyll hugo tini dumb-init gosu su-exec envsubst
  docker podman tsc protoc swapon mount umount hostname`,
)

/** Names that exist and could be taken for a slip of one of the usual ones. */
const others = words(
  `apt add-apt-repository aptitude cp mv rm ln ls cd ps nm go gofmt gpg gpg2 cpan cpp csh cc c++ cc1 cat cut diff date dash sh ash zsh ksh
  fish nvm fnm pnpx bun bunx uv uvx pipx pip2 pypy pypy3 pydoc ipython jython bpython hy pyenv rbenv nodenv npm-check
  javaw javap javadoc jar jlink jdeps jshell jps mvnw mvnd gradle-profiler antlr antlr4 groovy scala scalac kotlin kotlinc
  mage just mask mako bmake gmake qmake imake nmake makepkg make-ssl-cert ccmake cpack ctest ccache distcc clangd clang++
  gem2deb bundler bundle3 rail rackup racket puma unicorn thin rspec irb
  mysqladmin mysqld_safe mysqldump mariadb mariadbd mongo mongosh mongos psqlodbc sqlite redis redis-sentinel
  zip zcat xz unxz unrar unlzma bzcat bzgrep gzexe gunzip zgrep pgrep agrep sgrep ngrep rgrep pigz tar star
  chroot chcon chsh chage chpasswd groupdel groupmod groups users useradd newgrp adduser.local
  services serves serverless nserve server test true false type env expr eval exec exit exports printenv print sources sourcing
  tac wc tr tree trap tailf headers sorts tsort whence whereis whoami who finds sfind lfind fdfind args unique tees steep
  nextflow nexttest tests nests hugo-extended jekyll-build yarnpkg yard yarr dockerd docker-init docker-proxy docker-credential-helpers
  swapoff mounts umounts hostnamectl hostid dnsdomainname cabal-install stackage stack2nix mixer sbtn lein2
  ninja-build mesonlsp pod man mono mcs rustfmt rustdoc rustup-init cargo-chef kubectx kubens kubeadm kubelet terragrunt tofu
  dpkg-preconfigure nodes ansible-galaxy ansible-vault celerybeat flasky gunicorn3 uwsgi_python3 apache2-foreground httpd-foreground catalina.sh
  phpize phpunit php-config php-fpm7 php-fpm8 php8 php7 pecl pear composer.phar wp drush pm2-dev pm2-docker tslint eslint vite`,
)

const known: ReadonlySet<string> = new Set([...usual, ...others])

const slips = slipFinder(usual, known)

/** Whether a name is that of a program which Dockerfiles often call. */
export function isKnownProgram(name: string): boolean {
  return known.has(name)
}

/** The program that a name is a typing slip of. Undefined for all that may be a program of its own. */
export function meantProgram(name: string): string | undefined {
  return /^[a-z][a-z0-9_+.-]{2,}$/.test(name) ? slips.find(name) : undefined
}

function words(text: string): readonly string[] {
  return text.split(/\s+/)
}
