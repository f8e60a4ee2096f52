import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readShellScript } from '../../shell-script.ts'
import { sourceString } from '../../source-string.ts'
import { hasOption, packageCommand, type PackageCommand } from './package-commands.ts'

function read(command: string): PackageCommand | undefined {
  const [first] = readShellScript(sourceString(command, 0, command.length)).commands
  return first === undefined ? undefined : packageCommand(first)
}

/** A command in short: `apt install: curl git`. */
function short(command: string): string {
  const asked = read(command)
  if (asked === undefined) return 'none'
  return [`${asked.manager} ${asked.action}:`, ...asked.packages.map(({ value }) => value)].join(' ')
}

describe('what is asked of a package manager is read for', () => {
  const cases: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    apt: {
      'apt-get update': 'apt update:',
      'sudo apt-get -y -o Acquire::Retries=3 install curl git': 'apt install: curl git',
      'apt install -t bookworm-backports --no-install-recommends -y golang': 'apt install: golang',
      'apt-get -yqqt stable install a': 'apt install: a',
      'apt-get install a=1.2 ./b.deb -- c': 'apt install: a=1.2 ./b.deb c',
      'apt-get dist-upgrade -y': 'apt upgrade:',
      'aptitude safe-upgrade': 'apt upgrade:',
      'apt-get purge -y a && b': 'apt remove: a',
      'apt-get autoremove': 'apt remove:',
      'apt-get clean': 'apt clean:',
      'apt-get download a': 'none',
      'apt-cache search a': 'none',
      'apt-get': 'none',
    },
    apk: {
      'apk add --no-cache --virtual .deps gcc musl-dev': 'apk install: gcc musl-dev',
      'apk --update --repository=https://example.com add a': 'apk install: a',
      'apk -U add -t .b c': 'apk install: c',
      'apk update': 'apk update:',
      'apk del .deps': 'apk remove: .deps',
      'apk cache clean': 'apk clean:',
      'apk cache download': 'none',
      'apk info -e a': 'none',
    },
    dnf: {
      'dnf -y install --setopt=install_weak_deps=False a': 'dnf install: a',
      'yum install -y --enablerepo epel a': 'dnf install: a',
      'microdnf update': 'dnf upgrade:',
      'dnf group install -y "Development Tools"': 'dnf install: Development Tools',
      'dnf module install -y nodejs:20': 'dnf install: nodejs:20',
      'dnf module enable nodejs:20': 'none',
      'tdnf clean all': 'dnf clean:',
      'dnf config-manager --add-repo a': 'none',
    },
    zypper: {
      'zypper --non-interactive --gpg-auto-import-keys ref': 'zypper update:',
      'zypper -n in -y --from a b': 'zypper install: b',
      'zypper cc -a': 'zypper clean:',
      'zypper addrepo a b': 'none',
    },
    pacman: {
      'pacman -Syu --noconfirm a b': 'pacman install: a b',
      'pacman -Syu': 'pacman upgrade:',
      'pacman -Sy': 'pacman update:',
      'pacman --noconfirm --root /mnt -S a': 'pacman install: a',
      'pacman -Rns a': 'pacman remove: a',
      'pacman -Scc': 'pacman clean:',
      'pacman -Qi a': 'none',
      'pacman --sync a': 'pacman install: a',
    },
    npm: {
      'npm ci --omit=dev': 'npm install:',
      'npm --prefix /app install -g pnpm@9': 'npm install: pnpm@9',
      'npm cache clean --force': 'npm clean:',
      'npm cache verify': 'none',
      'npm prune --production': 'npm remove:',
      'npm run install': 'none',
    },
    yarn: {
      'yarn install --frozen-lockfile': 'yarn install:',
      'yarn --cwd a add b': 'yarn install: b',
      'yarn global add a': 'yarn install: a',
      'yarn workspaces focus --production': 'yarn install:',
      'yarn workspaces run build': 'none',
      'yarn cache clean': 'yarn clean:',
      'yarn build': 'none',
    },
    pnpm: {
      'pnpm --filter web install --prod': 'pnpm install:',
      'pnpm i -C a b': 'pnpm install: b',
      'pnpm fetch': 'pnpm install:',
      'pnpm store prune': 'pnpm clean:',
      'pnpm store path': 'none',
    },
    pip: {
      'pip install --no-cache-dir -r requirements.txt a': 'pip install: a',
      'python3.12 -m pip install --upgrade pip': 'pip install: pip',
      'pip3.11 install -qr a.txt': 'pip install:',
      'uv pip install --system b': 'pip install: b',
      'pip wheel -w /wheels .': 'pip install: .',
      'pip uninstall -y a': 'pip remove: a',
      'pip cache purge': 'pip clean:',
      'pip cache dir': 'none',
      'pip freeze': 'none',
      'python3 -m venv pip': 'none',
    },
    gem: {
      'gem install bundler -v 2.4 --no-document': 'gem install: bundler',
      'gem cleanup': 'gem clean:',
    },
    composer: {
      'composer -d /app install --no-dev': 'composer install:',
      'composer.phar require a/b': 'composer install: a/b',
      'composer clear-cache': 'composer clean:',
      'composer dump-autoload': 'none',
    },
    conda: {
      'conda install -y -c conda-forge -n base a b': 'conda install: a b',
      'conda env create -f environment.yml': 'conda install:',
      'micromamba create -n a -f b': 'conda install:',
      'conda env list': 'none',
      'conda clean -afy': 'conda clean:',
      'conda activate a': 'none',
    },
  }

  for (const [manager, commands] of Object.entries(cases)) {
    test(manager, () => {
      for (const [command, expected] of Object.entries(commands)) assert.equal(short(command), expected, command)
    })
  }
})

test('other programs ask nothing', () => {
  for (const command of ['echo apt-get install', 'make install', 'A=b', 'go install', '$PM install a']) {
    assert.equal(read(command), undefined, command)
  }
})

test('options count in each of their forms', () => {
  const asked = read('apt-get -yqq --option=a -o b install --no-install-recommends c')
  assert.ok(asked !== undefined)
  assert.ok(hasOption(asked, '-y', '--yes'))
  assert.ok(hasOption(asked, '-q'))
  assert.ok(hasOption(asked, '--option'))
  assert.ok(hasOption(asked, '--no-install-recommends'))
  assert.ok(!hasOption(asked, '--no-install'))
  assert.ok(!hasOption(asked, '-o2'))
  assert.equal(asked.actionWord.value, 'install')
})
