import { Controller, Get, Header, Inject, StreamableFile } from '@nestjs/common'
import { ConfigService } from '@nestjs/config'
import { LazyModuleLoader } from '@nestjs/core'
import { TidesService } from './tides/tides.service.js'

@Controller()
export class AppController {
  constructor(
    @Inject(ConfigService) private readonly config: ConfigService,
    @Inject(LazyModuleLoader) private readonly loader: LazyModuleLoader,
    @Inject(TidesService) private readonly tides: TidesService,
  ) {}

  @Get('station')
  station(): { station: string } {
    return { station: this.config.get<string>('STATION', 'unknown') }
  }

  @Get('health')
  health(): { status: string; uptime: number } {
    return { status: 'ok', uptime: process.uptime() }
  }

  /** The module and its packages are loaded by the first request for a report. */
  @Get('report.pdf')
  @Header('Content-Type', 'application/pdf')
  async report(): Promise<StreamableFile> {
    const { ReportsModule, ReportsService } = await import('./reports/reports.module.js')
    const module = await this.loader.load(() => ReportsModule)
    return new StreamableFile(await module.get(ReportsService).write(this.tides.all()))
  }
}
