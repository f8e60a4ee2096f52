/**
 * The library: what a program may import. Only these names keep their meaning from one minor version to the next.
 *
 * What the commands of the same names do begins with {@link openToolchain}: {@link buildDockerfile}, {@link slimImage},
 * {@link compareImages}, {@link runImage}, {@link makeBaseImage}. What they are made of is below.
 */

export { openToolchain, type Toolchain, type ToolchainFolders, type ToolchainOptions } from './toolchain/toolchain.ts'
export { makeBaseImage, type BaseImageSettings, type MadeBase } from './toolchain/base-image.ts'
export { buildDockerfile, type BuildDockerfileSettings } from './toolchain/build-dockerfile.ts'
export type { BuildDestinations } from './toolchain/build-destinations.ts'
export type { BuildOutcome } from './toolchain/build-opened.ts'
export type { BuildSettings, RequestSettings } from './toolchain/build-settings.ts'
export { compareImages, type CompareSettings } from './toolchain/compare-images.ts'
export { ToolchainError, type ToolchainErrorCode } from './toolchain/errors.ts'
export { folderContext } from './toolchain/folder-context.ts'
export type { RegistryClients } from './toolchain/registry-clients.ts'
export { runImage, type RunSettings } from './toolchain/run-image.ts'
export type { ProcessSettings } from './toolchain/run-settings.ts'
export { slimImage, type SlimmedImage, type SlimSettings } from './toolchain/slim-image.ts'
export type { Slimmed } from './toolchain/slim-opened.ts'
export { trustedCertificates } from './toolchain/trusted-certificates.ts'

export type { ByteStream } from './std/bytes.ts'
export { byteStream, readAll, TooManyBytesError } from './std/bytes.ts'
export { OperationError } from './std/errors.ts'
export type { ProgressEvent } from './std/events.ts'
export type { Clock, Job } from './std/job.ts'
export { createJob, systemClock } from './std/job.ts'
export type { Limits } from './std/limits.ts'
export { defaultLimits } from './std/limits.ts'

export {
  compress,
  compressLayer,
  type CompressedLayer,
  type CompressOptions,
  type LayerSums,
} from './archive/compress.ts'
export { ArchiveError, type ArchiveErrorCode } from './archive/errors.ts'
export { decompress, type Compression } from './archive/compression.ts'
export type { FileTime, SparseRun, TarContent, TarEntry, TarEntryKind } from './archive/tar-entry.ts'
export { readTar, type TarMember } from './archive/tar-reader.ts'
export { writeTar } from './archive/tar-writer.ts'

export type { BuildPlatform } from './dockerfile/build-arguments.ts'
export type { BuildContext, ContextEntry } from './dockerfile/build-context.ts'
export type { CheckOptions } from './dockerfile/check-options.ts'
export type { Diagnostic, RelatedPlace, Severity } from './dockerfile/diagnostic.ts'
export type { Directive, DockerfileDocument, DocumentNode, Stage, SyntaxReference } from './dockerfile/document.ts'
export {
  applyEdits,
  deleteInstruction,
  EditError,
  insertLinesAfter,
  insertLinesBefore,
  replaceRange,
  type TextEdit,
} from './dockerfile/edit.ts'
export { evaluateDockerfile, variablesBefore, type EvaluateOptions } from './dockerfile/evaluate.ts'
export type {
  BaseImage,
  EvaluatedDockerfile,
  EvaluatedInstruction,
  EvaluatedStage,
  EvaluatedVariable,
  FileSource,
} from './dockerfile/evaluated.ts'
export {
  expand,
  type ExpandOptions,
  type Expansion,
  type ExpansionProblem,
  type VariableUse,
} from './dockerfile/expand.ts'
export { formatDiagnostic } from './dockerfile/format-diagnostic.ts'
export { parseIgnoreFile, type IgnorePattern } from './dockerfile/ignore-file.ts'
export type { Comment, CommandLine, Flag, Heredoc, KeyValue } from './dockerfile/instruction-parts.ts'
export type { Instruction, InstructionName } from './dockerfile/instruction.ts'
export {
  lintDockerfile,
  lintRules,
  type Finding,
  type LintOptions,
  type LintResult,
  type RuleDescription,
} from './dockerfile/lint.ts'
export { mendDockerfile, type MendedDockerfile } from './dockerfile/mend.ts'
export type { Mount, MountOption, MountType } from './dockerfile/mount.ts'
export { isInstruction, parseDockerfile } from './dockerfile/parse.ts'
export { createPathMatcher, type PathMatch, type PathMatcher } from './dockerfile/path-matcher.ts'
export { runScript, type RunScript } from './dockerfile/run-script.ts'
export type { ShellCommand, ShellScript, ShellWord } from './dockerfile/shell-command.ts'
export { readCommandLine, readExecForm, readShellScript } from './dockerfile/shell-script.ts'
export type { SourceString } from './dockerfile/source-string.ts'
export { findStage, neededStages, stageDependencies, type StageDependency } from './dockerfile/stages.ts'
export { positionAt, type LineIndex, type Position, type TextRange } from './dockerfile/text-range.ts'

export type { ContentSink, ContentSource, OpenContent, ReferrerSource } from './image/content.ts'
export { copyContent, type CopyOptions } from './image/copy.ts'
export type { ImageConfig } from './image/config.ts'
export type { Annotations, Descriptor, Platform } from './image/descriptor.ts'
export { digestOf, isDigest, parseDigest, type Digest } from './image/digest.ts'
export { ImageError, type ImageErrorCode } from './image/errors.ts'
export { loadImage, type Image, type Layer } from './image/image.ts'
export {
  parseManifest,
  readManifest,
  type ImageIndex,
  type ImageManifest,
  type ManifestDocument,
} from './image/manifest.ts'
export { mediaTypes } from './image/media-type.ts'
export { formatPlatform, hostPlatform, parsePlatform, selectPlatform } from './image/platform.ts'
export {
  familiarReference,
  formatReference,
  parseReference,
  parseRepository,
  type Reference,
} from './image/reference.ts'

export {
  openImageArchive,
  type ArchiveStream,
  type ImageArchive,
  type ImageArchiveFormat,
} from './store/image-archive.ts'
export { StoreError, type StoreErrorCode } from './store/errors.ts'
export { openStore, type LayoutStore, type StoredImage } from './store/layout-store.ts'
export { MemoryStore } from './store/memory-store.ts'
export { archiveImages, type SavedImage, type SaveOptions } from './store/save-archive.ts'
export { saveLayout } from './store/save-layout.ts'

export { createRegistryClient, type RegistryClient } from './registry-client/client.ts'
export type {
  CredentialSource,
  MirrorSettings,
  RegistryClientConfig,
  RegistrySettings,
  ServerSettings,
} from './registry-client/config.ts'
export type { Credential } from './registry-client/credential.ts'
export type { RetrySettings } from './http/backoff.ts'
export { RegistryError, type RegistryErrorCode } from './registry-client/errors.ts'
export type { Repository } from './registry-client/repository.ts'
export { environmentCredentials } from './registry-client/stored-credentials.ts'

export { FileTreeError, type FileTreeErrorCode } from './filetree/errors.ts'
export type { FileAttributes, FileEntry, FileKind, LayerEntry, LayerEntryKind } from './filetree/file-entry.ts'
export { openFileTree, type FileTree } from './filetree/file-tree.ts'
export { indexLayer, type IndexedLayer } from './filetree/index-layer.ts'
export { pruneLayerCache, type PruneOptions, type PruneResult } from './filetree/prune.ts'

export {
  appliesTo,
  formatAlternatives,
  formatRelation,
  parseRelations,
  satisfiesConstraint,
  type Alternatives,
  type PackageRelation,
  type RelationDiagnostic,
  type RelationField,
  type Restriction,
  type VersionConstraint,
  type VersionRelation,
} from './debian/dependency.ts'
export { DebianError, type DebianErrorCode } from './debian/errors.ts'
export {
  createPackageIndex,
  openPackageIndex,
  type PackageIndex,
  type PackagePriority,
} from './debian/package-index.ts'
export type { PackageList } from './debian/package-list.ts'
export {
  parsePackageRecord,
  type MultiArch,
  type PackageFile,
  type PackageRecord,
  type PackageRelations,
} from './debian/package-record.ts'
export { parsePackageRequest, type PackageRequest, type ParsedRequest } from './debian/package-request.ts'
export type { PackageSource, Pin } from './debian/package-source.ts'
export { prunePackageIndexes, type PrunedIndexes } from './debian/prune-indexes.ts'
export {
  checkRequests,
  resolvePackages,
  type Reason,
  type RequestProblem,
  type ResolvedPackage,
  type ResolveOptions,
} from './debian/resolve.ts'
export { compareVersions, parseVersion, versionProblem, type DebianVersion } from './debian/version.ts'

export type { BaseLock, BaseSourceOptions } from './base/lock.ts'
export { formatLock, lockBase, parseLock } from './base/lock.ts'
export type { BuildBaseOptions, BuiltBase, BuiltBaseImage, BuiltLayer } from './base/build-base.ts'
export { builtInRecipes } from './base/built-in-recipes.ts'
export { BaseError, type BaseErrorCode } from './base/errors.ts'
export type { LockedImage, LockedLayer, LockedPackage } from './base/locked-packages.ts'
export { composeRecipe, parseRecipe, readRecipe, type RecipeChain, type RecipeLink } from './base/recipe.ts'
export type { Recipe } from './base/recipe-schema.ts'
export type { AttachedSbom } from './base/sbom.ts'

export type { ImageAnnotation } from './build/annotations.ts'
export type { AssembledImage, AssembledImages } from './build/assemble-images.ts'
export type { Attestation } from './build/attest-images.ts'
export type { AttestationOptions } from './build/attestation-options.ts'
export { parseOutput, type BuildOutput } from './build/build-output.ts'
export type { BuildNetwork, BuildRequest, BuildSecret, SshAgent } from './build/build-request.ts'
export type { BuildMaterial, BuiltImage } from './build/built-image.ts'
export { parseCacheFrom, parseCacheTo, type CacheOrigin, type CacheTarget } from './build/cache-options.ts'
export { BuildError, DockerfileError, StepError, type BuildErrorCode } from './build/errors.ts'
export type { ExportReport } from './build/export-images.ts'

export type { ContainerHost, ContainerMount } from './container/container.ts'
export { ContainerError, type ContainerErrorCode } from './container/errors.ts'
export { SandboxError, type SandboxErrorCode } from './sandbox/errors.ts'

export { budgetBreaks, parseLimit, type BudgetBreak, type BudgetLimit } from './compare/budget.ts'
export { cardJson, readCard, type Card, type CardImage } from './compare/card.ts'
export { cardHtml, type CardPage } from './compare/card-html.ts'
export { cardMarkdown } from './compare/card-markdown.ts'
export { cardText } from './compare/card-text.ts'
export type { ImageDifferences } from './compare/diff-images.ts'
export { differenceOf, type Difference } from './compare/difference.ts'
export { CompareError, type CompareErrorCode } from './compare/errors.ts'
export type { Measure, MeasuredValue } from './compare/measure.ts'

export type { Restraint } from './slim/app-session.ts'
export { SlimError, type SlimErrorCode } from './slim/errors.ts'
export type { Ledger, Verdict } from './slim/ledger.ts'
export type { GivenProbes } from './slim/plan-probes.ts'
export type { AnswerDifference, Probe, ProbeAnswer, ProbeRecord } from './slim/probe.ts'
export { proofText, type ProvedImage, type SlimProof } from './slim/proof.ts'
export { parseProbe } from './slim/read-probes.ts'
export type { SlimRequest } from './slim/slim-request.ts'
export type { SlimResult } from './slim/slim.ts'
