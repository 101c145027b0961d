import { defineEvent } from './domain-event.js';
import { publicEvents } from './public-events.js';

const described = {
  summary: 'A probe was taken.',
  schemaName: 'ProbeTakenPayload',
  fields: { probeId: { type: 'string', format: 'uuid', description: 'The probe.' } },
  example: { probeId: '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10' },
} as const;

describe('publicEvents', () => {
  it('lists described events alone, closed and with every field required', () => {
    defineEvent<{ probeId: string }>('probe.secret.v1');
    defineEvent<{ probeId: string }>('probe.taken.v1', described);
    expect(publicEvents()).toEqual([
      expect.objectContaining({
        type: 'probe.taken.v1',
        schema: expect.objectContaining({ required: ['probeId'], additionalProperties: false }) as object,
        example: described.example,
      }),
    ]);
  });

  it('refuses a second event of the same type or schema name', () => {
    expect(() => defineEvent<{ probeId: string }>('probe.taken.v2', described)).toThrow('published already');
  });
});
