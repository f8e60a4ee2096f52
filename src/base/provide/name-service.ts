import type { Provider } from './provider.ts'
import { textFile } from './provider.ts'

/** Where names are looked up (nsswitch.conf(5)): in files, and hosts by DNS. */
const databases = [
  'passwd: files',
  'group: files',
  'shadow: files',
  'gshadow: files',
  'hosts: files dns',
  'networks: files',
  'protocols: files',
  'services: files',
  'ethers: files',
  'rpc: files',
]

/** /etc/nsswitch.conf, which glibc and Go read; libc-bin's script makes it otherwise. */
export const nameService: Provider = ({ layer, tree }) =>
  layer > 0 || tree.has('etc/nsswitch.conf') ? [] : [textFile('etc/nsswitch.conf', `${databases.join('\n')}\n`)]
