import { Module } from '@nestjs/common';

/** VIES, GLEIF and the insolvency notices. */
@Module({})
export class KybRegistersModule {}
