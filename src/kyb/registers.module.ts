import { Module } from '@nestjs/common';
import { Registers } from './domain/registers.js';

/** VIES, GLEIF and the insolvency notices. */
@Module({
  providers: [{ provide: Registers, useValue: { get: () => null } }],
  exports: [Registers],
})
export class KybRegistersModule {}
