import type { CommandLine, Flag, InstructionParts, KeyValue } from './instruction-parts.ts'
import type { Mount } from './mount.ts'
import type { SourceString } from './source-string.ts'
import type { TextRange } from './text-range.ts'

/** Every instruction of the language (docs/reference.md of BuildKit's Dockerfile frontend), as it is usually written. */
export const instructionNames = [
  'ADD',
  'ARG',
  'CMD',
  'COPY',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'FROM',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'ONBUILD',
  'RUN',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
] as const

/** The name of an instruction. */
export type InstructionName = (typeof instructionNames)[number]

/** One instruction of a Dockerfile, told apart by `kind`. */
export type Instruction =
  | FromInstruction
  | ArgInstruction
  | EnvInstruction
  | LabelInstruction
  | RunInstruction
  | CommandInstruction
  | ShellInstruction
  | CopyInstruction
  | AddInstruction
  | HealthcheckInstruction
  | OnbuildInstruction
  | ExposeInstruction
  | VolumeInstruction
  | WorkdirInstruction
  | UserInstruction
  | StopsignalInstruction
  | MaintainerInstruction
  | InvalidInstruction

/** FROM: begins a stage. */
export interface FromInstruction extends InstructionParts {
  readonly kind: 'from'
  /** Empty where the instruction has no argument. */
  readonly base: SourceString
  readonly platform: SourceString | undefined
  /** The word between the base and the name. */
  readonly as: SourceString | undefined
  readonly name: SourceString | undefined
  /** The name as BuildKit keeps it, in lower case. Undefined without a name, and for one that is none. */
  readonly stageName: string | undefined
}

/** ARG: variables of the build, of which any may have a value. */
export interface ArgInstruction extends InstructionParts {
  readonly kind: 'arg'
  readonly declarations: readonly ArgDeclaration[]
}

/** One variable of an {@link ArgInstruction}. */
export interface ArgDeclaration {
  readonly range: TextRange
  readonly name: SourceString
  readonly value: SourceString | undefined
}

/** ENV: variables of the image. */
export interface EnvInstruction extends InstructionParts {
  readonly kind: 'env'
  readonly pairs: readonly KeyValue[]
}

/** LABEL: labels of the image. */
export interface LabelInstruction extends InstructionParts {
  readonly kind: 'label'
  readonly pairs: readonly KeyValue[]
}

/** RUN: a command that makes a layer. */
export interface RunInstruction extends InstructionParts {
  readonly kind: 'run'
  readonly command: CommandLine
  readonly mounts: readonly Mount[]
  readonly network: 'default' | 'none' | 'host'
  readonly security: 'sandbox' | 'insecure'
  readonly devices: readonly Device[]
}

/** `--device=name,required`: a CDI device. */
export interface Device {
  readonly flag: Flag
  readonly name: string
  readonly isRequired: boolean
}

/** CMD and ENTRYPOINT: what the container runs. */
export interface CommandInstruction extends InstructionParts {
  readonly kind: 'cmd' | 'entrypoint'
  readonly command: CommandLine
}

/** SHELL: what runs commands in shell form from here on. */
export interface ShellInstruction extends InstructionParts {
  readonly kind: 'shell'
  readonly shell: readonly SourceString[]
}

/** COPY: files of the build context, or of another stage or image. */
export interface CopyInstruction extends CopyParts {
  readonly kind: 'copy'
  readonly from: SourceString | undefined
  readonly parents: boolean
}

/** ADD: COPY that also fetches and unpacks. */
export interface AddInstruction extends CopyParts {
  readonly kind: 'add'
  readonly checksum: SourceString | undefined
  /** Undefined where the source decides. */
  readonly keepGitDirectory: boolean | undefined
  /** Undefined where the source decides. */
  readonly unpack: boolean | undefined
}

/** What {@link CopyInstruction} and {@link AddInstruction} share. */
export interface CopyParts extends InstructionParts {
  readonly sources: readonly SourceString[]
  /** Here-documents as sources. */
  readonly inlineFiles: readonly InlineFile[]
  readonly destination: SourceString
  readonly chown: SourceString | undefined
  readonly chmod: SourceString | undefined
  readonly link: boolean
  readonly excludes: readonly SourceString[]
}

/** A file whose text stands in the Dockerfile. */
export interface InlineFile {
  readonly name: string
  /** Without the tabs that `<<-` leaves out. */
  readonly content: SourceString
  readonly expands: boolean
}

/** HEALTHCHECK: a command that says whether the container works, or NONE. */
export interface HealthcheckInstruction extends InstructionParts {
  readonly kind: 'healthcheck'
  /** Undefined for NONE. */
  readonly command: CommandLine | undefined
  /** In nanoseconds, as image configs have it; 0 where the default holds. */
  readonly intervalNanoseconds: number
  readonly timeoutNanoseconds: number
  readonly startPeriodNanoseconds: number
  readonly startIntervalNanoseconds: number
  /** 0 where the default holds. */
  readonly retries: number
}

/** ONBUILD: an instruction for the images that are built from this one. */
export interface OnbuildInstruction extends InstructionParts {
  readonly kind: 'onbuild'
  readonly trigger: Instruction
  /** The trigger in one line, here-documents behind it: what the image config keeps. */
  readonly expression: string
}

/** EXPOSE: ports that the container listens on. */
export interface ExposeInstruction extends InstructionParts {
  readonly kind: 'expose'
  readonly ports: readonly SourceString[]
}

/** VOLUME: paths whose content is kept outside of the container. */
export interface VolumeInstruction extends InstructionParts {
  readonly kind: 'volume'
  readonly paths: readonly SourceString[]
}

/** WORKDIR: the folder that the following instructions work in. */
export interface WorkdirInstruction extends InstructionParts {
  readonly kind: 'workdir'
  readonly path: SourceString
}

/** USER: who runs the following commands, and the container. */
export interface UserInstruction extends InstructionParts {
  readonly kind: 'user'
  readonly user: SourceString
}

/** STOPSIGNAL: the signal that asks the container to end. */
export interface StopsignalInstruction extends InstructionParts {
  readonly kind: 'stopsignal'
  readonly signal: SourceString
}

/** MAINTAINER: deprecated; a label does the same. */
export interface MaintainerInstruction extends InstructionParts {
  readonly kind: 'maintainer'
  readonly maintainer: SourceString
}

/** An instruction that does not exist, or that lacks what it cannot do without. There is a diagnostic for each. */
export interface InvalidInstruction extends InstructionParts {
  readonly kind: 'invalid'
  /** Undefined where no instruction has that name. */
  readonly name: InstructionName | undefined
}
