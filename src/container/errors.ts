import { OperationError } from '../std/errors.ts'

/** What can go wrong with containers, beside what snapshots, sandboxes and layers name. */
export type ContainerErrorCode =
  /** The machine does not let us have namespaces of our own. */
  | 'no-namespaces'
  /** The process that holds the containers ended, or does not answer as it should. */
  | 'host-ended'
  /** A layer was pruned or replaced before it was opened, again and again. */
  | 'layer-gone'
  /** A user or group that the image's own files do not know. */
  | 'no-such-user'
  /** A path to mount that is not there. */
  | 'no-mount-source'
  /** Nobody answers at a port of a container. */
  | 'cannot-connect'
  /** What a container's processes open cannot be seen here, or not all of it was. */
  | 'cannot-observe'
  /** There is no process in the container to do something with. */
  | 'not-running'

/** A failed operation on a container. */
export class ContainerError extends OperationError<ContainerErrorCode> {}
