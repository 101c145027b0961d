import { Module } from '@nestjs/common';
import { ListDesk } from './application/lists/list-desk.js';
import { ListRefresher } from './application/lists/list-refresher.js';
import { ListRefresh } from './contracts/list-refresh.js';
import { ListLibrary } from './domain/list-library.js';
import { LISTS, type ListName } from './domain/sources.js';
import { KybListsController } from './http/lists.controller.js';
import { ListFetcher } from './infrastructure/lists/list-fetcher.js';
import { ListHistory } from './infrastructure/lists/list-history.repository.js';
import { ListMetrics } from './infrastructure/lists/list-metrics.js';
import { ListStore } from './infrastructure/lists/list.store.js';

/** The lists of sanctioned parties: fetched, guarded, kept by edition. */
@Module({
  controllers: [KybListsController],
  providers: [
    ListStore,
    ListFetcher,
    ListHistory,
    ListMetrics,
    ListDesk,
    ListRefresher,
    { provide: ListLibrary, useExisting: ListStore },
    {
      provide: ListRefresh,
      inject: [ListRefresher],
      useFactory: (refresher: ListRefresher): ListRefresh => ({
        lists: LISTS,
        refresh: (list, options) => refresher.refresh(list as ListName, options),
      }),
    },
  ],
  exports: [ListLibrary, ListStore],
})
export class KybListsModule {}
