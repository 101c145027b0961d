import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { PersonalDataStores } from './personal-data-stores.js';
import { PersonalRows } from './personal-rows.js';
import { SubjectHasher } from './subject-hasher.js';

/** What every context needs to say what it holds about people. */
@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [PersonalDataStores, PersonalRows, SubjectHasher],
  exports: [PersonalDataStores, PersonalRows, SubjectHasher],
})
export class PersonalDataModule {}
