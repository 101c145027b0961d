import { Injectable } from '@nestjs/common';
import { Settings } from '#libs/config';
import { Clock } from '#libs/kernel';
import { Registers } from '../../domain/registers.js';
import { LISTS, type ListName, REGISTERS, type RegisterName } from '../../domain/sources.js';
import { listsOf } from '../../infrastructure/lists/list-sources.js';
import { ListStore } from '../../infrastructure/lists/list.store.js';
import { type RegisterState, RegisterStore } from '../../infrastructure/registers/register.store.js';

const MINUTE_MS = 60_000;

/** How a source is: whether it still says something. */
export interface SourceState {
  readonly source: ListName | RegisterName;
  readonly enabled: boolean;
  /** Since when it says nothing, once that is longer than it may be; null: it is not dark. */
  readonly darkSince: Date | null;
  readonly lastSuccessAt: Date | null;
}

export const REGISTER_STATES = ['off', 'unknown', 'up', 'failing', 'dark'] as const;

export interface RegisterOverview {
  readonly register: RegisterName;
  readonly enabled: boolean;
  /** `unknown`: it was never asked; `failing`: it gave no answer when it was asked last; `dark`: for longer than it may. */
  readonly state: (typeof REGISTER_STATES)[number];
  readonly breaker: 'closed' | 'open';
  readonly openSince: Date | null;
  readonly lastSuccessAt: Date | null;
  readonly lastFailureAt: Date | null;
  readonly lastFailureReason: string | null;
  /** Since the last answer; null: there was none. */
  readonly ageSeconds: number | null;
}

/** Says how the lists and registers are, as all processes found them. */
@Injectable()
export class SourceDesk {
  constructor(
    private readonly lists: ListStore,
    private readonly registers: Registers,
    private readonly store: RegisterStore,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  async all(): Promise<SourceState[]> {
    const now = this.clock.now();
    const enabled = listsOf(this.settings);
    const bound = this.settings.kyb.listStaleMinutes * MINUTE_MS;
    const states = await this.lists.states();
    const lists = LISTS.map((source): SourceState => {
      const { succeededAt = null, alarm = null } = states.find(({ list }) => list === source) ?? {};
      // One that was never loaded is dark since it was first asked in vain.
      const since = succeededAt ?? (alarm ? new Date(alarm.since) : null);
      return {
        source,
        enabled: enabled.includes(source),
        darkSince: since && now.getTime() - since.getTime() > bound ? since : null,
        lastSuccessAt: succeededAt,
      };
    });
    const registers = (await this.states()).map((each): SourceState => ({
      source: each.register,
      enabled: this.registers.get(each.register) !== null,
      darkSince: this.darkSince(each, now),
      lastSuccessAt: each.lastSuccessAt,
    }));
    return [...lists, ...registers];
  }

  async allRegisters(): Promise<RegisterOverview[]> {
    const now = this.clock.now();
    return (await this.states()).map((each): RegisterOverview => {
      const enabled = this.registers.get(each.register) !== null;
      const { lastSuccessAt, lastFailureAt, openSince } = each;
      const failing = (lastFailureAt?.getTime() ?? 0) > (lastSuccessAt?.getTime() ?? 0);
      const asked = lastFailureAt !== null || lastSuccessAt !== null;
      return {
        ...each,
        enabled,
        state: !enabled
          ? 'off'
          : !asked
            ? 'unknown'
            : this.darkSince(each, now)
              ? 'dark'
              : failing
                ? 'failing'
                : 'up',
        breaker: openSince ? 'open' : 'closed',
        ageSeconds: lastSuccessAt
          ? Math.max(0, Math.floor((now.getTime() - lastSuccessAt.getTime()) / 1_000))
          : null,
      };
    });
  }

  private darkSince({ openSince }: RegisterState, now: Date): Date | null {
    const bound = this.settings.kyb.registerDarkMinutes * MINUTE_MS;
    return openSince && now.getTime() - openSince.getTime() > bound ? openSince : null;
  }

  /** Every register, also those that were never asked. */
  private async states(): Promise<RegisterState[]> {
    const known = await this.store.states();
    return REGISTERS.map(
      (register) =>
        known.find((each) => each.register === register) ?? {
          register,
          lastSuccessAt: null,
          lastFailureAt: null,
          lastFailureReason: null,
          openSince: null,
        },
    );
  }
}
