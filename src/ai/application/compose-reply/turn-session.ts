import type { TenantView } from '#contracts/tenancy';
import type { TurnBrief } from '#contracts/conversations';

/** What a turn knows from the session, and no model can change: whose thread it is, for which business, in which language. */
export interface TurnSession {
  readonly brief: TurnBrief;
  readonly tenant: TenantView;
  readonly language: string;
  /** Filled by hand_over: the thread is queued for a person when the turn ends. */
  handoffReason: string | null;
}
