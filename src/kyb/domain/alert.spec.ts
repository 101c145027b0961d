import { type Alert, type AlertState, asLeft, decide, ended, propose, reopen, seenAgain } from './alert.js';
import { DEFAULT_RULES, meaningOf } from './rules.js';

const AT = new Date('2026-11-21T10:00:00Z');
const LATER = new Date('2026-11-22T10:00:00Z');
const alert = (over: Partial<Alert> = {}): Alert => ({
  id: 'a',
  counterpartyId: 'c',
  caseId: 'k',
  subject: 'hit:eu:EU.1',
  kind: 'new_hit',
  severity: 'high',
  state: 'open',
  entryHash: 'h1',
  score: 9_000,
  checkId: 'x',
  raisedAt: AT,
  lastSeenAt: AT,
  dueAt: LATER,
  assigneeId: null,
  disposition: null,
  reasonCode: null,
  proposedBy: null,
  proposedAt: null,
  decidedBy: null,
  decidedAt: null,
  expiresAt: null,
  stopping: false,
  version: 1,
  ...over,
});
const fine = { disposition: 'false_positive', reasonCode: 'different_person', expiresAt: null } as const;
const proposed = (): Alert => propose(alert(), fine, 'user:anna', AT);
const approved = (): Alert => decide(proposed(), 'approved', 'user:olena', AT);
const sighting = (over = {}) => ({
  checkId: 'y',
  entryHash: 'h1',
  score: 9_000,
  severity: 'high' as const,
  dueAt: LATER,
  at: LATER,
  ...over,
});
const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'nothing';
};

describe('a disposition', () => {
  it('is proposed by one and approved by another', () => {
    expect(approved()).toMatchObject({
      state: 'approved',
      disposition: 'false_positive',
      proposedBy: 'user:anna',
      decidedBy: 'user:olena',
    });
    expect(codeOf(() => decide(proposed(), 'approved', 'user:anna', AT))).toBe('kyb.own_proposal');
    expect(codeOf(() => decide(proposed(), 'rejected', 'user:anna', AT))).toBe('kyb.own_proposal');
  });

  it('leaves the alert open when it is rejected', () => {
    expect(decide(proposed(), 'rejected', 'user:olena', AT)).toMatchObject({
      state: 'open',
      disposition: null,
      proposedBy: null,
    });
  });

  it('needs a reason that goes with it, and an end that is to come', () => {
    expect(codeOf(() => propose(alert(), { ...fine, reasonCode: 'identity_confirmed' }, 'u', AT))).toBe(
      'kyb.reason_unfit',
    );
    expect(codeOf(() => propose(alert(), { ...fine, expiresAt: AT }, 'u', AT))).toBe('kyb.expiry_past');
  });

  it.each<[AlertState, string, string, string]>([
    ['open', 'nothing', 'kyb.alert_not_proposed', 'kyb.alert_open'],
    ['proposed', 'kyb.alert_not_open', 'nothing', 'nothing'],
    ['approved', 'kyb.alert_not_open', 'kyb.alert_not_proposed', 'nothing'],
    ['closed', 'kyb.alert_not_open', 'kyb.alert_not_proposed', 'nothing'],
  ])('of an alert that is %s: propose %s, decide %s, reopen %s', (state, onPropose, onDecide, onReopen) => {
    const of = alert({ state });
    expect(codeOf(() => propose(of, fine, 'user:anna', AT))).toBe(onPropose);
    expect(codeOf(() => decide(of, 'approved', 'user:olena', AT))).toBe(onDecide);
    expect(codeOf(() => reopen(of, LATER))).toBe(onReopen);
  });
});

describe('what a confirmed alert stops', () => {
  const confirmed = (): Alert =>
    decide(
      propose(
        alert(),
        { disposition: 'true_match', reasonCode: 'identity_confirmed', expiresAt: null },
        'user:anna',
        AT,
      ),
      'approved',
      'user:olena',
      AT,
    );

  it('stays stopped when it is opened again, by whomever or whatever', () => {
    expect(confirmed().stopping).toBe(true);
    expect(reopen(confirmed(), LATER).stopping).toBe(true);
    expect(seenAgain(confirmed(), sighting({ entryHash: 'h2' })).alert).toMatchObject({
      state: 'open',
      stopping: true,
    });
    expect(
      decide(propose(reopen(confirmed(), LATER), fine, 'user:anna', AT), 'rejected', 'user:olena', AT)
        .stopping,
    ).toBe(true);
  });

  it('is released by two people, or with the finding', () => {
    expect(
      decide(propose(reopen(confirmed(), LATER), fine, 'user:anna', AT), 'approved', 'user:olena', AT)
        .stopping,
    ).toBe(false);
    expect(ended(confirmed(), 'z', LATER).stopping).toBe(false);
  });
});

describe('a finding that comes again', () => {
  it.each<[string, () => Alert, object, string, AlertState]>([
    ['the same, open', alert, {}, 'seen', 'open'],
    ['another entry, open', alert, { entryHash: 'h2' }, 'seen', 'open'],
    ['the same, proposed', proposed, {}, 'seen', 'proposed'],
    ['another entry, proposed', proposed, { entryHash: 'h2' }, 'reopened', 'open'],
    ['the same, approved', approved, {}, 'seen', 'approved'],
    ['a lower score, approved', approved, { score: 8_000 }, 'seen', 'approved'],
    ['a higher score, approved', approved, { score: 9_100 }, 'reopened', 'open'],
    ['another entry, approved', approved, { entryHash: 'h2' }, 'reopened', 'open'],
    ['the same, closed', () => ended(approved(), 'z', AT), {}, 'reopened', 'open'],
    [
      'a field, approved',
      () => ({ ...approved(), subject: 'field:vies:state', entryHash: null, score: null }),
      { entryHash: null, score: null },
      'reopened',
      'open',
    ],
  ])('%s', (_, of, over, event, state) => {
    const again = seenAgain(of(), sighting(over));
    expect([again.event, again.alert.state]).toEqual([event, state]);
    expect(again.alert.lastSeenAt).toBe(LATER);
    if (event === 'reopened') expect(again.alert.disposition).toBeNull();
  });
});

describe('an alert as a case left it', () => {
  const moved = alert({ caseId: 'later', checkId: 'late', score: 100, assigneeId: 'bogdan' });
  const happening = (kind: string, facts: object = {}, actor = 'system:kyb') => ({
    kind,
    actor,
    facts: { ...facts },
    at: AT,
  });
  const raised = happening('raised', {
    checkId: 'x',
    score: 9_000,
    entryHash: 'h1',
    severity: 'low',
    dueAt: AT.toISOString(),
    stopping: false,
  });
  const meant = happening(
    'proposed',
    { disposition: 'true_match', reasonCode: 'identity_confirmed', expiresAt: LATER.toISOString() },
    'user:anna',
  );
  const left = (...history: ReturnType<typeof happening>[]) => asLeft(moved, 'k', LATER, history);

  it('is the alert itself while it is in that case', () => {
    expect(asLeft(moved, 'later', AT, [raised])).toBe(moved);
  });

  it('is rebuilt from what happened to it there', () => {
    expect(left(raised, happening('assigned', { assigneeId: 'olena' }))).toMatchObject({
      caseId: 'k',
      state: 'open',
      checkId: 'x',
      score: 9_000,
      severity: 'low',
      dueAt: AT,
      assigneeId: 'olena',
    });
    expect(left(raised, meant, happening('approved', {}, 'user:olena'))).toMatchObject({
      state: 'approved',
      disposition: 'true_match',
      expiresAt: LATER,
      proposedBy: 'user:anna',
      decidedBy: 'user:olena',
      stopping: true,
    });
    expect(left(raised, meant, happening('rejected', {}, 'user:olena'))).toMatchObject({
      state: 'open',
      disposition: null,
      proposedBy: null,
    });
    expect(
      left(raised, happening('seen', { score: 9_500 }), happening('ended', { checkId: 'z' })),
    ).toMatchObject({ state: 'closed', score: 9_500, checkId: 'z', stopping: false });
  });

  it('has the time of the case where its events say none', () => {
    expect(left(happening('raised', { checkId: 'x' })).dueAt).toBe(LATER);
  });
});

describe('materiality', () => {
  it.each([
    ['vat_state', 'state', null, 'invalid', 'raise'],
    ['vat_state', 'state', null, 'valid', 'end'],
    ['vat_state', 'state', 'invalid', 'valid', 'end'],
    ['lei_state', 'state', 'active', 'stale', 'raise'],
    ['insolvency', 'state', 'no_notice_found', 'notice_found', 'raise'],
    ['name', 'name', 'A', 'B', 'raise'],
    ['name', 'name', null, 'B', 'pass'],
    ['address', 'address', 'A', 'B', 'pass'],
  ] as const)('of %s %s from %p to %p: %s', (kind, field, before, after, meaning) => {
    expect(meaningOf(DEFAULT_RULES, { kind, field, before, after })).toBe(meaning);
  });
});
