import { Module } from '@nestjs/common';

/** The lists of sanctioned parties: fetched, guarded, kept by version. */
@Module({})
export class KybListsModule {}
