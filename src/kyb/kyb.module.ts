import { Module } from '@nestjs/common';
import { SealedTables } from '#libs/encryption';
import { KybCasesModule } from './cases.module.js';
import { KybListsModule } from './lists.module.js';
import { SEALED_TABLES } from './infrastructure/sealed-tables.js';
import { KybRegistersModule } from './registers.module.js';

/** Know every counterparty: who they are, who lists them, what changed, and the proof of each look. */
@Module({ imports: [KybListsModule, KybRegistersModule, KybCasesModule] })
export class KybModule {
  constructor(tables: SealedTables) {
    tables.add(...SEALED_TABLES);
  }
}
