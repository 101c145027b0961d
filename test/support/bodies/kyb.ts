import type { TestTenant } from '../tenant.js';

export const kybBodies = ({ id }: TestTenant) => ({
  createCounterparty: { kind: 'organisation', names: ['Beispiel GmbH'] },
  searchCounterparties: { name: 'beispiel' },
  updateCounterparty: { names: ['Beispiel AG'] },
  importCounterparties: { fileName: 'suppliers.csv', csv: 'name\nBeispiel GmbH\n' },
  addRelation: { toId: id, kind: 'owner_of' },
  runChecks: { sources: ['screening'] },
  screenName: { query: { names: ['Ivan Primerov'] } },
  screenNames: { queries: [{ names: ['Ivan Primerov'] }] },
  putKybSettings: { fullPassDays: 7 },
  proposeDisposition: { disposition: 'false_positive', reasonCode: 'different_person' },
  approveDisposition: { note: 'As proposed' },
  rejectDisposition: { note: 'Look again' },
  reopenAlert: { note: 'News' },
  addAlertNote: { note: 'Asked for a copy of the passport' },
  assignAlert: { assigneeId: null },
  assignCase: { assigneeId: null },
  setCasePriority: { priority: 'high' },
  bulkAlerts: { action: 'approve', ids: [id] },
  putRules: { address: { alert: false, severity: 'low', decideWithinHours: 24, stops: [] } },
  putRiskWeights: { vatInvalid: 20 },
});
