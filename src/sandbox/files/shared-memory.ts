import type { ProcessSpec } from '../process-spec.ts'

/** As Docker has it. */
const usualBytes = 64 * 1024 * 1024

/** The `size` option of the memory at `/dev/shm`. */
export function sharedMemorySize({ sharedMemoryBytes }: Pick<ProcessSpec, 'sharedMemoryBytes'>): string {
  return String(sharedMemoryBytes ?? usualBytes)
}
