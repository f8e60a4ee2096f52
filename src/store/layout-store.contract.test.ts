import { join } from 'node:path'
import { testContentPlace } from '../../test/contracts/content-store.ts'
import { parseReference } from '../image/reference.ts'
import { createJob } from '../std/job.ts'
import { temporaryDirectory } from '../std/temporary.ts'
import { openStore } from './layout-store.ts'

testContentPlace('the store on disk', {
  async open() {
    await using owned = new AsyncDisposableStack()
    const folder = owned.use(await temporaryDirectory())
    const place = owned.use(await openStore(join(folder.path, 'store'), createJob()))
    const moved = owned.move()
    return { place, [Symbol.asyncDispose]: () => moved.disposeAsync() }
  },
  name: (_, tag) => parseReference(`example.com/app:${tag}`),
  takesUpWrites: true,
})
