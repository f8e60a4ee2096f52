import { testContentPlace } from '../../test/contracts/content-store.ts'
import { temporaryStore } from '../../test/support/store.ts'
import { parseReference } from '../image/reference.ts'

testContentPlace('the store on disk', {
  async open() {
    const owned = await temporaryStore()
    return { place: owned.store, [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose]() }
  },
  name: (_, tag) => parseReference(`example.com/app:${tag}`),
  takesUpWrites: true,
})
