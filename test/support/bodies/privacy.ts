/** Privacy and the audit trail. */
export const privacyBodies = () => ({
  verifyAuditTrail: { heads: [] },
  requestAuditExport: { format: 'jsonl' },
  openPrivacyRequest: { kind: 'export', subject: { phone: '+4915112345678' }, reason: 'asked' },
  placeLegalHold: { subject: { phone: '+4915112345678' }, reason: 'litigation', authority: 'court' },
  liftLegalHold: { reason: 'settled' },
  setRetention: { days: { messages: 60 } },
});
