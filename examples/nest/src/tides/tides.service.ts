import { Injectable } from '@nestjs/common'
import { DateTime } from 'luxon'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Tide {
  readonly time: string
  readonly metres: number
}

@Injectable()
export class TidesService {
  all(): readonly Tide[] {
    return JSON.parse(readFileSync(join(__dirname, 'tides.json'), 'utf8'))
  }

  /** In the words of a language, which Node knows or answers in English. */
  local(zone: string, language: string): readonly { readonly time: string; readonly metres: string }[] {
    return this.all().map(({ time, metres }) => ({
      time: DateTime.fromISO(time, { zone, locale: language }).toLocaleString(DateTime.DATETIME_FULL),
      metres: new Intl.NumberFormat(language, { minimumFractionDigits: 1 }).format(metres),
    }))
  }
}
