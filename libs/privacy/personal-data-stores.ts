import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, Reflector } from '@nestjs/core';
import type { DataClass } from './data-class.js';
import { type DataSubject, mergeSubjects, type SubjectPart } from './data-subject.js';
import { HOLDS_PERSONAL_DATA, PersonalDataStore, type PersonalDataOptions } from './personal-data-store.js';

export interface RegisteredStore extends PersonalDataOptions {
  readonly store: PersonalDataStore;
}

/** Finds every `@HoldsPersonalData` provider at start. A name given twice, or to a class that is no store, stops the start. */
@Injectable()
export class PersonalDataStores implements OnModuleInit {
  private stores: readonly RegisteredStore[] = [];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly reflector: Reflector,
  ) {}

  onModuleInit(): void {
    const found = new Map<string, RegisteredStore>();
    for (const { instance, metatype } of this.discovery.getProviders()) {
      if (!metatype || typeof metatype !== 'function') continue;
      const options = this.reflector.get<PersonalDataOptions | undefined>(HOLDS_PERSONAL_DATA, metatype);
      if (!options) continue;
      if (!isStore(instance)) throw new Error(`${metatype.name} must extend PersonalDataStore`);
      if (found.has(options.name)) throw new Error(`two stores of personal data are named ${options.name}`);
      found.set(options.name, { ...options, store: instance });
    }
    this.stores = [...found.values()].sort((a, b) => a.order - b.order || (a.name < b.name ? -1 : 1));
  }

  /** In the order of erasure. */
  all(): readonly RegisteredStore[] {
    return this.stores;
  }

  find(name: string): RegisteredStore | undefined {
    return this.stores.find((store) => store.name === name);
  }

  ofClass(dataClass: DataClass): readonly RegisteredStore[] {
    return this.stores.filter(({ dataClasses }) => dataClasses.includes(dataClass));
  }

  /** Asks every store what else it knows the person by. Inside a unit of work. */
  async locate(known: SubjectPart): Promise<DataSubject> {
    let subject = mergeSubjects(known);
    for (const { store } of this.stores) subject = mergeSubjects(subject, await store.locate(subject));
    return subject;
  }
}

const isStore = (instance: unknown): instance is PersonalDataStore => instance instanceof PersonalDataStore;
