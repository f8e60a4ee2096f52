import { Injectable, Module } from '@nestjs/common'
import { PDFDocument, StandardFonts } from 'pdf-lib'
import type { Tide } from '../tides/tides.service.js'

@Injectable()
export class ReportsService {
  async write(tides: readonly Tide[]): Promise<Uint8Array> {
    const document = await PDFDocument.create({ updateMetadata: false })
    const font = await document.embedFont(StandardFonts.Helvetica)
    const page = document.addPage([300, 200])
    for (const [index, { time, metres }] of tides.entries()) {
      page.drawText(`${time}  ${metres} m`, { x: 20, y: 170 - 20 * index, size: 12, font })
    }
    return await document.save()
  }
}

@Module({ providers: [ReportsService], exports: [ReportsService] })
export class ReportsModule {}
