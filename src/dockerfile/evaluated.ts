import type { BuildPlatform } from './build-arguments.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { DockerfileDocument, Stage } from './document.ts'
import type { VariableUse } from './expand.ts'
import type {
  AddInstruction,
  ArgInstruction,
  CommandInstruction,
  CopyInstruction,
  EnvInstruction,
  ExposeInstruction,
  HealthcheckInstruction,
  LabelInstruction,
  MaintainerInstruction,
  OnbuildInstruction,
  RunInstruction,
  ShellInstruction,
  StopsignalInstruction,
  UserInstruction,
  VolumeInstruction,
  WorkdirInstruction,
} from './instruction.ts'
import type { Mount } from './mount.ts'
import type { TextRange } from './text-range.ts'

/** A Dockerfile with values for its variables: what is built for one platform, one target and one set of build arguments. */
export interface EvaluatedDockerfile {
  readonly document: DockerfileDocument
  /** What FROM sees: ARGs before the first FROM, and the automatic ones. */
  readonly globalArguments: ReadonlyMap<string, string>
  readonly stages: readonly EvaluatedStage[]
  /** The stage that is asked for, by default the last. Undefined where there is none of that name. */
  readonly target: EvaluatedStage | undefined
  /** What is built for. */
  readonly targetPlatform: BuildPlatform
  /** What reading could not see because it depends on values. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Where files come from: nothing, a stage by its index, or an image by its name. */
export type FileSource =
  | { readonly kind: 'scratch' }
  | { readonly kind: 'stage'; readonly index: number }
  | { readonly kind: 'image'; readonly reference: string }

/** The parts of an image's config that matter to the stage that begins with it. */
export interface BaseImage {
  readonly environment: ReadonlyMap<string, string>
  /** Its ONBUILD instructions. */
  readonly triggers: readonly string[]
  /** What runs commands in shell form. Undefined where the image does not say. */
  readonly shell?: readonly string[]
  /** What it is for. Undefined where nobody knows. */
  readonly platform?: BuildPlatform
}

/** A stage with values for its variables. */
export interface EvaluatedStage {
  readonly stage: Stage
  readonly base: FileSource
  /** What FROM says. Undefined where the target's platform is meant. */
  readonly platform: string | undefined
  /** The variables of FROM. */
  readonly variables: readonly EvaluatedVariable[]
  /** Those of them that stand in its platform. */
  readonly platformVariables: readonly EvaluatedVariable[]
  /** Triggers of the base first, then the stage's own. Instructions that cannot be read are left out. */
  readonly instructions: readonly EvaluatedInstruction[]
  /** The variables that the stage begins with. */
  readonly inheritedVariables: VariableScope
  /** False where the base is an image whose variables nobody told: a variable without a value may have one. */
  readonly isEnvironmentKnown: boolean
  /** What was told of the image that it begins with. */
  readonly baseImage: BaseImage | undefined
}

/** Variables with their values at one point of a stage. */
export interface VariableScope {
  get(name: string): string | undefined
  /** Each name once. */
  entries(): ReadonlyMap<string, string>
}

/** A variable that an instruction names. */
export interface EvaluatedVariable extends VariableUse {
  /** Whether some ARG above declares it, with a value or without. */
  readonly isDeclared: boolean
}

interface EvaluatedParts<Kind, Source> {
  readonly kind: Kind
  readonly instruction: Source
  /**
   * Where it is written: in the stage, or as ONBUILD in the base. Ranges in an instruction of a base image are offsets in a text
   * of its own; those in `variables` always are offsets in the file.
   */
  readonly origin: 'stage' | 'base-stage' | 'base-image'
  readonly variables: readonly EvaluatedVariable[]
}

/** An instruction with values for its variables, told apart by `kind`. */
export type EvaluatedInstruction =
  | EvaluatedArg
  | EvaluatedPairs
  | EvaluatedRun
  | EvaluatedCopy
  | EvaluatedExpose
  | EvaluatedVolume
  | EvaluatedText
  | EvaluatedConstant

/** ARG */
export interface EvaluatedArg extends EvaluatedParts<'arg', ArgInstruction> {
  readonly declarations: readonly EvaluatedDeclaration[]
}

/** One variable of an ARG. */
export interface EvaluatedDeclaration {
  readonly name: string
  readonly value: string | undefined
  /** Where the value comes from: the build, the ARG itself, an ARG before the first FROM, or nowhere. */
  readonly origin: 'build' | 'default' | 'global' | 'none'
}

/** ENV and LABEL */
export interface EvaluatedPairs extends EvaluatedParts<'env' | 'label', EnvInstruction | LabelInstruction> {
  readonly pairs: readonly { readonly name: string; readonly value: string }[]
}

/** RUN. Its command is the shell's business. */
export interface EvaluatedRun extends EvaluatedParts<'run', RunInstruction> {
  readonly mounts: readonly EvaluatedMount[]
}

/** A mount with values for its variables. */
export interface EvaluatedMount extends Mount {
  /** Undefined where it is the build context, or has no source at all. */
  readonly fileSource: FileSource | undefined
}

/** COPY and ADD */
export interface EvaluatedCopy extends EvaluatedParts<'copy' | 'add', CopyInstruction | AddInstruction> {
  /** Undefined for the build context. */
  readonly fileSource: FileSource | undefined
  readonly sources: readonly string[]
  readonly destination: string
  readonly inlineFiles: readonly { readonly name: string; readonly content: string }[]
  readonly chown: string | undefined
  readonly chmod: string | undefined
  readonly checksum: string | undefined
}

/** EXPOSE */
export interface EvaluatedExpose extends EvaluatedParts<'expose', ExposeInstruction> {
  readonly ports: readonly EvaluatedPorts[]
}

/** One word of an EXPOSE, in the order in which BuildKit looks at them. */
export interface EvaluatedPorts {
  readonly word: string
  readonly range: TextRange
  readonly first: number
  readonly last: number
  readonly protocol: 'tcp' | 'udp' | 'sctp'
}

/** VOLUME */
export interface EvaluatedVolume extends EvaluatedParts<'volume', VolumeInstruction> {
  readonly paths: readonly string[]
}

/** WORKDIR, USER and STOPSIGNAL */
export interface EvaluatedText extends EvaluatedParts<
  'workdir' | 'user' | 'stopsignal',
  WorkdirInstruction | UserInstruction | StopsignalInstruction
> {
  readonly value: string
}

/** Instructions in which no variables are replaced. */
export type EvaluatedConstant = EvaluatedParts<ConstantInstruction['kind'], ConstantInstruction>

/** The instructions of {@link EvaluatedConstant}. */
export type ConstantInstruction =
  CommandInstruction | ShellInstruction | HealthcheckInstruction | OnbuildInstruction | MaintainerInstruction
