import { consistentInstructionCasing } from './buildkit/consistent-instruction-casing.ts'
import { copyIgnoredFile } from './buildkit/copy-ignored-file.ts'
import { duplicateStageName } from './buildkit/duplicate-stage-name.ts'
import { exposeInvalidFormat } from './buildkit/expose-invalid-format.ts'
import { exposeProtoCasing } from './buildkit/expose-proto-casing.ts'
import { fromAsCasing } from './buildkit/from-as-casing.ts'
import { fromPlatformFlagConstDisallowed } from './buildkit/from-platform-flag-const-disallowed.ts'
import { invalidBaseImagePlatform } from './buildkit/invalid-base-image-platform.ts'
import { invalidDefaultArgInFrom } from './buildkit/invalid-default-arg-in-from.ts'
import { invalidDefinitionDescription } from './buildkit/invalid-definition-description.ts'
import { jsonArgsRecommended } from './buildkit/json-args-recommended.ts'
import { legacyKeyValueFormat } from './buildkit/legacy-key-value-format.ts'
import { maintainerDeprecated } from './buildkit/maintainer-deprecated.ts'
import { multipleInstructionsDisallowed } from './buildkit/multiple-instructions-disallowed.ts'
import { noEmptyContinuation } from './buildkit/no-empty-continuation.ts'
import { redundantTargetPlatform } from './buildkit/redundant-target-platform.ts'
import { reservedStageName } from './buildkit/reserved-stage-name.ts'
import { secretsUsedInArgOrEnv } from './buildkit/secrets-used-in-arg-or-env.ts'
import { stageNameCasing } from './buildkit/stage-name-casing.ts'
import { undefinedArgInFrom } from './buildkit/undefined-arg-in-from.ts'
import { undefinedVar } from './buildkit/undefined-var.ts'
import { workdirRelativePath } from './buildkit/workdir-relative-path.ts'
import { addInsteadOfCopy } from './mistakes/add-instead-of-copy.ts'
import { archiveNotUnpacked } from './mistakes/archive-not-unpacked.ts'
import { argInCommand } from './mistakes/arg-in-command.ts'
import { bashInSh } from './mistakes/bash-in-sh.ts'
import { carriageReturnInScript } from './mistakes/carriage-return-in-script.ts'
import { commandEndsAtOnce } from './mistakes/command-ends-at-once.ts'
import { commandInOneString } from './mistakes/command-in-one-string.ts'
import { commandRepeatsEntrypoint } from './mistakes/command-repeats-entrypoint.ts'
import { commentedOutCommands } from './mistakes/commented-out-commands.ts'
import { copyDestinationNotFolder } from './mistakes/copy-destination-not-folder.ts'
import { copySourceMissing } from './mistakes/copy-source-missing.ts'
import { directoryContentsCopied } from './mistakes/directory-contents-copied.ts'
import { globalArgNotInStage } from './mistakes/global-arg-not-in-stage.ts'
import { ignoredCommand } from './mistakes/ignored-command.ts'
import { lostShellState } from './mistakes/lost-shell-state.ts'
import { missingPackageLists } from './mistakes/missing-package-lists.ts'
import { missingYesOption } from './mistakes/missing-yes-option.ts'
import { mistypedCommand } from './mistakes/mistyped-command.ts'
import { mistypedImageName } from './mistakes/mistyped-image-name.ts'
import { mistypedPackageName } from './mistakes/mistyped-package-name.ts'
import { mistypedStageName } from './mistakes/mistyped-stage-name.ts'
import { neededFileMissing } from './mistakes/needed-file-missing.ts'
import { packagesWithoutRoot } from './mistakes/packages-without-root.ts'
import { pathOverwritten } from './mistakes/path-overwritten.ts'
import { pipeFailureIgnored } from './mistakes/pipe-failure-ignored.ts'
import { programMissing } from './mistakes/program-missing.ts'
import { relativeDestination } from './mistakes/relative-destination.ts'
import { runtimeFileWritten } from './mistakes/runtime-file-written.ts'
import { serviceStartedInBuild } from './mistakes/service-started-in-build.ts'
import { shellFormArguments } from './mistakes/shell-form-arguments.ts'
import { shellOperatorInInstruction } from './mistakes/shell-operator-in-instruction.ts'
import { shellSyntaxError } from './mistakes/shell-syntax-error.ts'
import { shellSyntaxInExecForm } from './mistakes/shell-syntax-in-exec-form.ts'
import { spaceBeforeEquals } from './mistakes/space-before-equals.ts'
import { splitPackageName } from './mistakes/split-package-name.ts'
import { stalePackageLists } from './mistakes/stale-package-lists.ts'
import { tildeNotExpanded } from './mistakes/tilde-not-expanded.ts'
import { trailingComment } from './mistakes/trailing-comment.ts'
import { uncheckedFailure } from './mistakes/unchecked-failure.ts'
import { unexecutedSubstitution } from './mistakes/unexecuted-substitution.ts'
import { unusedStage } from './mistakes/unused-stage.ts'
import { wordsAfterScript } from './mistakes/words-after-script.ts'
import { wrongPackageManager } from './mistakes/wrong-package-manager.ts'
import type { Rule } from './rule.ts'
import { aptKeyUsed } from './safety/apt-key-used.ts'
import { baseWithoutDigest } from './safety/base-without-digest.ts'
import { certificateCheckDisabled } from './safety/certificate-check-disabled.ts'
import { dockerSocketVolume } from './safety/docker-socket-volume.ts'
import { fixedPassword } from './safety/fixed-password.ts'
import { hostKeyUnchecked } from './safety/host-key-unchecked.ts'
import { literalSecret } from './safety/literal-secret.ts'
import { pipedInstaller } from './safety/piped-installer.ts'
import { plainHttpDownload } from './safety/plain-http-download.ts'
import { privilegedRun } from './safety/privileged-run.ts'
import { runsAsRoot } from './safety/runs-as-root.ts'
import { secretCopied } from './safety/secret-copied.ts'
import { secretKept } from './safety/secret-kept.ts'
import { setUserIdProgram } from './safety/set-user-id-program.ts'
import { signalsLost } from './safety/signals-lost.ts'
import { sshServerShipped } from './safety/ssh-server-shipped.ts'
import { sudoShipped } from './safety/sudo-shipped.ts'
import { sudoUsed } from './safety/sudo-used.ts'
import { uncheckedDownload } from './safety/unchecked-download.ts'
import { unverifiedPackages } from './safety/unverified-packages.ts'
import { worldWritable } from './safety/world-writable.ts'
import { archiveKept } from './size/archive-kept.ts'
import { buildFolderCopied } from './size/build-folder-copied.ts'
import { buildToolsShipped } from './size/build-tools-shipped.ts'
import { copiedTwice } from './size/copied-twice.ts'
import { cudaWheels } from './size/cuda-wheels.ts'
import { debugToolsShipped } from './size/debug-tools-shipped.ts'
import { deletedInLaterLayer } from './size/deleted-in-later-layer.ts'
import { developmentDependencies } from './size/development-dependencies.ts'
import { downloadCacheKept } from './size/download-cache-kept.ts'
import { historyCloned } from './size/history-cloned.ts'
import { largeBaseImage } from './size/large-base-image.ts'
import { largeUserId } from './size/large-user-id.ts'
import { metadataDoublesFiles } from './size/metadata-doubles-files.ts'
import { noIgnoreFile } from './size/no-ignore-file.ts'
import { packageListsKept } from './size/package-lists-kept.ts'
import { recommendedPackages } from './size/recommended-packages.ts'
import { systemUpgraded } from './size/system-upgraded.ts'
import { wholeContextCopied } from './size/whole-context-copied.ts'
import { deprecatedBase } from './small-bases/deprecated-base.ts'
import { dynamicBinaryInScratch } from './small-bases/dynamic-binary-in-scratch.ts'
import { endOfLifeBase } from './small-bases/end-of-life-base.ts'
import { healthcheckToolMissing } from './small-bases/healthcheck-tool-missing.ts'
import { libcMismatch } from './small-bases/libc-mismatch.ts'
import { missingCertificates } from './small-bases/missing-certificates.ts'
import { missingTimeZones } from './small-bases/missing-time-zones.ts'
import { noWheelForMusl } from './small-bases/no-wheel-for-musl.ts'
import { scriptInterpreterMissing } from './small-bases/script-interpreter-missing.ts'
import { shellFormWithoutShell } from './small-bases/shell-form-without-shell.ts'
import { toolMissing } from './small-bases/tool-missing.ts'
import { unknownUser } from './small-bases/unknown-user.ts'
import { dependenciesAfterSource } from './speed/dependencies-after-source.ts'
import { gitCloneUnpinned } from './speed/git-clone-unpinned.ts'
import { latestTag } from './speed/latest-tag.ts'
import { missingCacheMount } from './speed/missing-cache-mount.ts'
import { packagesAfterSource } from './speed/packages-after-source.ts'
import { parallelStages } from './speed/parallel-stages.ts'
import { uselessCacheMount } from './speed/useless-cache-mount.ts'
import { volatileBeforeExpensive } from './speed/volatile-before-expensive.ts'
import { baseEntrypointRepeated } from './small-bases/base-entrypoint-repeated.ts'

/** Every rule, by category, then by name. */
export const rules: readonly Rule[] = [
  // buildkit
  consistentInstructionCasing,
  copyIgnoredFile,
  duplicateStageName,
  exposeInvalidFormat,
  exposeProtoCasing,
  fromAsCasing,
  fromPlatformFlagConstDisallowed,
  invalidBaseImagePlatform,
  invalidDefaultArgInFrom,
  invalidDefinitionDescription,
  jsonArgsRecommended,
  legacyKeyValueFormat,
  maintainerDeprecated,
  multipleInstructionsDisallowed,
  noEmptyContinuation,
  redundantTargetPlatform,
  reservedStageName,
  secretsUsedInArgOrEnv,
  stageNameCasing,
  undefinedArgInFrom,
  undefinedVar,
  workdirRelativePath,
  // mistake
  addInsteadOfCopy,
  archiveNotUnpacked,
  argInCommand,
  bashInSh,
  carriageReturnInScript,
  commandEndsAtOnce,
  commandInOneString,
  commandRepeatsEntrypoint,
  commentedOutCommands,
  copyDestinationNotFolder,
  copySourceMissing,
  directoryContentsCopied,
  globalArgNotInStage,
  ignoredCommand,
  lostShellState,
  missingPackageLists,
  missingYesOption,
  mistypedCommand,
  mistypedImageName,
  mistypedPackageName,
  mistypedStageName,
  neededFileMissing,
  packagesWithoutRoot,
  pathOverwritten,
  pipeFailureIgnored,
  programMissing,
  relativeDestination,
  runtimeFileWritten,
  serviceStartedInBuild,
  shellFormArguments,
  shellOperatorInInstruction,
  shellSyntaxError,
  shellSyntaxInExecForm,
  spaceBeforeEquals,
  splitPackageName,
  stalePackageLists,
  tildeNotExpanded,
  trailingComment,
  uncheckedFailure,
  unexecutedSubstitution,
  unusedStage,
  wordsAfterScript,
  wrongPackageManager,
  // size
  archiveKept,
  buildFolderCopied,
  buildToolsShipped,
  copiedTwice,
  cudaWheels,
  debugToolsShipped,
  deletedInLaterLayer,
  developmentDependencies,
  downloadCacheKept,
  historyCloned,
  largeBaseImage,
  largeUserId,
  metadataDoublesFiles,
  noIgnoreFile,
  packageListsKept,
  recommendedPackages,
  systemUpgraded,
  wholeContextCopied,
  // speed
  dependenciesAfterSource,
  gitCloneUnpinned,
  latestTag,
  missingCacheMount,
  packagesAfterSource,
  parallelStages,
  uselessCacheMount,
  volatileBeforeExpensive,
  // safety
  aptKeyUsed,
  baseWithoutDigest,
  certificateCheckDisabled,
  dockerSocketVolume,
  fixedPassword,
  hostKeyUnchecked,
  literalSecret,
  pipedInstaller,
  plainHttpDownload,
  privilegedRun,
  runsAsRoot,
  secretCopied,
  secretKept,
  setUserIdProgram,
  signalsLost,
  sshServerShipped,
  sudoShipped,
  sudoUsed,
  uncheckedDownload,
  unverifiedPackages,
  worldWritable,
  // small-base
  baseEntrypointRepeated,
  deprecatedBase,
  dynamicBinaryInScratch,
  endOfLifeBase,
  healthcheckToolMissing,
  libcMismatch,
  missingCertificates,
  missingTimeZones,
  noWheelForMusl,
  scriptInterpreterMissing,
  shellFormWithoutShell,
  toolMissing,
  unknownUser,
]
