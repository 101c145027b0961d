import { Module } from '@nestjs/common';

/** What checks found and what people decide about it: alerts, cases, risk. */
@Module({})
export class KybCasesModule {}
