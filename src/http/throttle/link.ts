/** What a line to a server is like. */
export interface Link {
  /** Bytes in a second, in each direction, all connections together; undefined: as many as the machine takes. */
  readonly bytesPerSecond: number | undefined
  /** How long a round trip takes, in milliseconds: half of it each way. A new connection takes one more, as TCP does. */
  readonly latencyMs: number
}
