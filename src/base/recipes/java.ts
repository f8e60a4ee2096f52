import type { Recipe } from '../recipe-schema.ts'

/** The Java runtime that the suite has by default: 17 in Debian 12, 21 in Debian 13. */
export const javaRecipe: Recipe = {
  description: 'cc, with the Java runtime, without a screen and without a compiler',
  extends: 'cc',
  packages: ['default-jre-headless'],
  exclude: {
    packages: [
      // Its keystore is made without running Java.
      'ca-certificates-java',
      'openssl',
      // What sets the default Java.
      'java-common',
      // Cryptographic modules and smart cards, which Java opens only when it is told to.
      'libnss3',
      'libpcsclite1',
      // Sound, printing and fonts, which a server does without; Debian 13 only recommends them.
      'libasound2',
      'libcups2',
      'libfontconfig1',
      'libfreetype6',
      'libharfbuzz0b',
      // For a program that the scripts of the package run.
      'util-linux',
    ],
    paths: [
      // The shared classes for heaps above 32 GB.
      '/usr/lib/jvm/*/lib/server/classes_nocoops.jsa',
      // Makes installers.
      '/usr/lib/jvm/*/bin/jpackage',
    ],
  },
  environment: { JAVA_HOME: '/usr/lib/jvm/default-java' },
}
