import { Injectable } from '@nestjs/common';
import { Settings } from '#libs/config';
import { DomainError } from '#libs/kernel';
import type { ListVersion } from '../../domain/list-library.js';
import type { ListedEntity } from '../../domain/listed-entity.js';
import { LISTS, type ListName } from '../../domain/sources.js';
import { listsOf } from '../../infrastructure/lists/list-sources.js';
import { ListHistory } from '../../infrastructure/lists/list-history.repository.js';
import type {
  ListChange,
  ListFetch,
  ListState,
  ListVersionView,
} from '../../infrastructure/lists/list-records.js';
import { ListStore } from '../../infrastructure/lists/list.store.js';

export type ListOverview = Omit<ListState, 'number'> & {
  readonly enabled: boolean;
  readonly edition: Omit<ListVersion, 'list'> | null;
};

/** What businesses may see of the lists. */
@Injectable()
export class ListDesk {
  constructor(
    private readonly store: ListStore,
    private readonly history: ListHistory,
    private readonly settings: Settings,
  ) {}

  async all(): Promise<ListOverview[]> {
    const [states, versions] = [await this.store.states(), await this.store.current()];
    const enabled = listsOf(this.settings);
    return LISTS.flatMap((list) => {
      const state = states.find((each) => each.list === list);
      if (!state) return [];
      const { number: _, ...rest } = state;
      const found = versions.find((each) => each.list === list);
      const edition = found && {
        number: found.number,
        contentHash: found.contentHash,
        parser: found.parser,
        entities: found.entities,
        names: found.names,
        publishedAt: found.publishedAt,
        fetchedAt: found.fetchedAt,
      };
      return [{ ...rest, enabled: enabled.includes(list), edition: edition ?? null }];
    });
  }

  async get(list: ListName): Promise<ListOverview> {
    const found = (await this.all()).find((each) => each.list === list);
    if (!found) throw DomainError.notFound('list', list);
    return found;
  }

  async versions(list: ListName, limit: number, before: number | undefined) {
    const rows = await this.history.versions(list, limit, before);
    return rows.map(({ fill: _, list: __, ...row }: ListVersionView) => row);
  }

  /** By entry id; one more than `limit` when there is one. Error: `kyb.editions_reversed` (422). */
  async changes(
    list: ListName,
    from: number,
    to: number,
    page: { limit: number; startingAfter?: string },
  ): Promise<ListChange[]> {
    if (from >= to)
      throw DomainError.invalid('kyb.editions_reversed', 'to', 'to must be a later edition than from.');
    return this.history.changes(list, [from, to], page);
  }

  /** Newest first; one more than `limit` when there is one. */
  async fetches(
    list: ListName,
    page: { limit: number; startingAfter?: string },
  ): Promise<Omit<ListFetch, 'list'>[]> {
    const rows = await this.history.fetches(list, page);
    return rows.map(({ list: _, ...row }) => row);
  }

  /** Error: `entry.not_found`. */
  async entry(
    list: ListName,
    entryId: string,
    hash: string | undefined,
  ): Promise<ListedEntity & { list: ListName; hash: string; fromNumber: number; toNumber: number | null }> {
    const found = (await this.history.entry(list, entryId)).find((each) =>
      hash === undefined ? each.toNumber === null : each.hash === hash,
    );
    if (!found) throw DomainError.notFound('entry', entryId);
    const { entity, ...rest } = found;
    return { list, ...rest, ...entity };
  }
}
