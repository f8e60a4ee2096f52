const unrelated: ReadonlySet<string> = new Set(
  `apt-get apt apk dnf yum microdnf zypper pacman dpkg rpm update-ca-certificates ldconfig locale-gen
  : [ true false test echo printf cat cp mv ln ls rm mkdir rmdir touch chmod chown chgrp install find stat du df head tail sort uniq
  cut tr wc sed awk gawk grep egrep tee xargs which command type env export set unset cd pwd sleep date id whoami umask source .
  curl wget tar unzip gzip gunzip xz git gpg sha256sum sha512sum md5sum openssl ssh-keyscan jq
  adduser addgroup useradd groupadd usermod passwd strip upx setcap file ldd readelf
  npm yarn pnpm npx node corepack bun pip pip3 uv poetry composer bundle gem rustup exit exec`.split(/\s+/),
)

/** Whether a program surely starts none of the tools that compile a project, as a script or `make` may. */
export function isUnrelatedProgram(name: string): boolean {
  return unrelated.has(name)
}
