import { configEnvironment } from '../../image/config-environment.ts'
import { platformOfConfig, type ImageConfig } from '../../image/config.ts'
import { formatPlatform } from '../../image/platform.ts'

/** A setting that is not the same. */
export interface ConfigurationChange {
  /** As a Dockerfile calls it: `ENV PATH`, `LABEL version`, `USER`. */
  readonly setting: string
  readonly before: string | undefined
  readonly after: string | undefined
}

/** Compares how two images are run, in the order of the names of settings. */
export function diffConfigurations(before: ImageConfig, after: ImageConfig): readonly ConfigurationChange[] {
  const [old, current] = [settingsOf(before), settingsOf(after)]
  const settings = [...new Set([...old.keys(), ...current.keys()])].toSorted()
  return settings.flatMap((setting) => {
    const change = { setting, before: old.get(setting), after: current.get(setting) }
    return change.before === change.after ? [] : [change]
  })
}

function settingsOf(config: ImageConfig): ReadonlyMap<string, string> {
  const run = config.config ?? {}
  const settings = new Map<string, string>([['platform', formatPlatform(platformOfConfig(config))]])
  const put = (setting: string, value: string | undefined): void => {
    if (value !== undefined && value !== '' && value !== '[]' && value !== '{}') settings.set(setting, value)
  }
  for (const [name, value] of configEnvironment(run)) settings.set(`ENV ${name}`, value)
  for (const [name, value] of Object.entries(run.Labels ?? {})) settings.set(`LABEL ${name}`, value)
  put('USER', run.User)
  put('WORKDIR', run.WorkingDir)
  put('ENTRYPOINT', words(run.Entrypoint))
  put('CMD', words(run.Cmd))
  put('SHELL', words(run.Shell))
  put(
    'EXPOSE',
    Object.keys(run.ExposedPorts ?? {})
      .toSorted()
      .join(' '),
  )
  put(
    'VOLUME',
    Object.keys(run.Volumes ?? {})
      .toSorted()
      .join(' '),
  )
  put('STOPSIGNAL', run.StopSignal)
  put('HEALTHCHECK', run.Healthcheck === undefined ? undefined : JSON.stringify(run.Healthcheck))
  put('ONBUILD', words(run.OnBuild))
  return settings
}

function words(list: readonly string[] | undefined): string | undefined {
  return list === undefined ? undefined : JSON.stringify(list)
}
