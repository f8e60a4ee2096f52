import { Module } from '@nestjs/common'
import { ConfigModule } from '@nestjs/config'
import { AppController } from './app.controller.js'
import { TidesController } from './tides/tides.controller.js'
import { TidesService } from './tides/tides.service.js'

@Module({
  imports: [ConfigModule.forRoot({ isGlobal: true })],
  controllers: [AppController, TidesController],
  providers: [TidesService],
})
export class AppModule {}
