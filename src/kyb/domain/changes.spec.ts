import { diffFacts } from './changes.js';
import { DEFAULT_RULES, meaningOf } from './rules.js';

const record = (over: object = {}) => ({
  lei: '529900T8BM49AURSDO55',
  state: 'active',
  registrationStatus: 'ISSUED',
  entityStatus: 'ACTIVE',
  legalName: 'Beispiel AG',
  ...over,
});
const material = (before: object | null, after: object) =>
  diffFacts('gleif', before as never, after as never)
    .filter((change) => meaningOf(DEFAULT_RULES, change) === 'raise')
    .map(({ kind, field }) => `${kind} ${field}`);

describe('what differs between two looks at a LEI', () => {
  it('is one finding when it has lapsed, and none when it is only on its way to another office', () => {
    expect(material(record(), record({ state: 'stale', registrationStatus: 'LAPSED' }))).toEqual([
      'lei_state state',
    ]);
    expect(material(record(), record({ registrationStatus: 'PENDING_TRANSFER' }))).toEqual([]);
  });

  it('is each field by itself', () => {
    expect(material(record(), record({ legalName: 'Neue AG', entityStatus: 'INACTIVE' }))).toEqual([
      'status entityStatus',
      'name legalName',
    ]);
  });

  it('is the state alone when it is another number', () => {
    const other = record({ lei: '5493001KJTIIGC8Y1R12', state: 'stale', legalName: 'Ganz Andere AG' });
    expect(diffFacts('gleif', record({ state: 'stale' }), other)).toEqual([
      { kind: 'lei_state', field: 'state', before: null, after: 'stale' },
    ]);
    // One that was looked at before its number was kept is the same.
    const { lei: _, ...old } = record();
    expect(material(old, record({ legalName: 'Neue AG' }))).toEqual(['name legalName']);
  });
});

describe('what differs between two looks at the notices', () => {
  const seen = (...notices: string[]) => ({
    state: notices.length > 0 ? 'notice_found' : 'no_notice_found',
    notices,
  });
  const raised = (before: object, after: object) =>
    diffFacts('insolvency', before as never, after as never)
      .filter((change) => meaningOf(DEFAULT_RULES, change) === 'raise')
      .map(({ field }) => field);

  it('is a finding with the first notice and with each further one, and none when an old one is taken down', () => {
    expect(raised(seen(), seen('a'))).toEqual(['state']);
    expect(raised(seen('a'), seen('a', 'b'))).toEqual(['notices']);
    expect(raised(seen('a', 'b'), seen('b'))).toEqual([]);
    expect(raised(seen('a'), seen())).toEqual([]);
  });
});
