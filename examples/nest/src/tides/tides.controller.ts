import { Controller, Get, Inject, Query } from '@nestjs/common'
import { IsIn, IsOptional, IsTimeZone } from 'class-validator'
import { TidesService } from './tides.service.js'

class Where {
  @IsOptional()
  @IsTimeZone()
  zone: string = 'Europe/Berlin'

  @IsOptional()
  @IsIn(['de', 'en', 'fr'])
  language: string = 'en'
}

@Controller('tides')
export class TidesController {
  constructor(@Inject(TidesService) private readonly tides: TidesService) {}

  @Get()
  list(@Query() { zone, language }: Where): ReturnType<TidesService['local']> {
    return this.tides.local(zone, language)
  }
}
