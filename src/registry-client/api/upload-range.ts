/**
 * How many bytes of an upload a registry holds, from its Range header: `0-99` means 100 (distribution-spec, "Pushing a
 * blob in chunks"). `0-0` is what registries say both for one byte and for none, and counts as none.
 */
export function uploadedBytes(range: string | undefined): number | undefined {
  const match = /^(?:bytes[= ])?0-(\d{1,15})$/i.exec(range?.trim() ?? '')
  if (match === null) return undefined
  const last = Number(match[1])
  return last === 0 ? 0 : last + 1
}
