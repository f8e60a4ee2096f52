import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Way } from './place.ts'
import { runCheck, skipReason } from './run-check.ts'

/** By the check that shows it: see `checks.ts`, `property-checks.ts` and `prune-checks.ts`. */
const titles = {
  randomLayersAreSeen: 'a process in the root finds what the model says, whatever the layers',
  changesMakeTheSameTree: 'layers with the changes on top are the tree that was left',
  whatTarPacksIsSeen: 'whatever tar packs is seen as it was',
  sizesAndNamesAreKept: 'files of odd sizes and names around . and .. are right',
  largeDirectoriesAreWhole: 'a directory of 30,000 files is whole',
  hardLinksAreKept: 'hard links are kept, and those to lower layers are that file',
  aLayerHasWhatThoseBelowSay: 'a layer that implies, links or deletes depends on those below it',
  imagesGiveNoOrdersToOverlayfs: 'what an image holds is no order to overlayfs',
  hundredsOfLayersWork: '300 layers work',
  moreLayersThanOverlayfsTakesWork: 'more layers work than overlayfs takes',
  tooManyLayersAreAnErrorWithAHint: 'more layers than overlayfs takes are an error with a hint',
  theSameLayerTwiceIsNoHarm: 'the same layer twice and empty layers are no harm',
  aRootOverNothingIsEmpty: 'a root over no layers is empty, and everything in it is a change',
  changesAreNamedAsLayersNameThem: 'changes are whiteouts, opaque markers and entries, and what is the same is none',
  emptyMountPointsAreNoChanges: 'what was made to mount something there is no change',
  theRootHasAttributesToo: 'the root has the attributes that layers give it',
  filesThroughLinksStayInside: 'no link is followed out of the root',
  nothingIsLeftBehind: 'nothing is left mounted or written',
  aCancelledJobLeavesNothing: 'a cancelled opening leaves nothing',
  damagedImagesAreMadeAnew: 'images that are torn or of another boot are made anew, and a pruned layer stays usable',
  ownersWithoutIdsAreRefusedOrRoot: 'owners whom the user namespace does not have are refused, or root',
  severalMayOpenOneLayerAtOnce: 'several may open one layer at once',
  aLayerIsUnpackedAgainWhenItIsPrunedAtOnce: 'a layer is unpacked again when somebody prunes it before it is mounted',
  unpackedLayersAreRemovedWhenNobodyHasThem: 'unpacked layers are removed when nobody has them mounted',
} as const

/** Those that are about one way, or take rights that a user namespace does not give. */
const leftOut = {
  erofs: [
    'aLayerIsUnpackedAgainWhenItIsPrunedAtOnce',
    'unpackedLayersAreRemovedWhenNobodyHasThem',
    'ownersWithoutIdsAreRefusedOrRoot',
  ],
  unpacked: ['damagedImagesAreMadeAnew', 'ownersWithoutIdsAreRefusedOrRoot'],
  rootless: ['damagedImagesAreMadeAnew', 'whatTarPacksIsSeen'],
} as const

/** Every check in which layers go this way. */
export function describeWay(way: Way): void {
  describe(`layers as ${way}`, { skip: skipReason(way) }, () => {
    const without: readonly string[] = leftOut[way]
    for (const [check, title] of Object.entries(titles)) {
      if (without.includes(check)) continue
      test(title, async () => {
        const { status, output } = await runCheck(way, check)
        assert.equal(status, 0, output)
      })
    }
  })
}
