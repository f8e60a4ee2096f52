import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSockets, portsOf } from './listeners.ts'

const tcp = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0 100 0 0 10 0
   1: 0100007F:1F90 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 4712 1 0 20 4 30 10 -1
   2: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0 100 0 0 10 0
`
const tcp6 = `  sl  local_address                         remote_address                        st
   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4714 1
   1: 00000000000000000000000001000000:0051 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4715 1
`

test('sockets that are listened on are read with their addresses', () => {
  assert.deepEqual(parseSockets(tcp), [
    { address: '127.0.0.1', port: 8080, inode: '4711' },
    { address: '0.0.0.0', port: 80, inode: '4713' },
  ])
  assert.deepEqual(parseSockets(tcp6), [
    { address: '::', port: 80, inode: '4714' },
    { address: '0:0:0:0:0:0:0:1', port: 81, inode: '4715' },
  ])
})

test('ports are sorted, each once', () => {
  assert.deepEqual(portsOf([...parseSockets(tcp6), ...parseSockets(tcp)]), [80, 81, 8080])
})
