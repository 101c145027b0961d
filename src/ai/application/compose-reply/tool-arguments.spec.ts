import { BOOKING_TOOLS } from '../../domain/booking-tools.js';
import { parseArguments } from './tool-arguments.js';

const ID = '0198f2b4-6d3e-7c11-9a52-1f0c6f3f9b10';
const hold = { serviceId: ID, startsAt: '2026-12-01T15:00' };

describe('parseArguments', () => {
  it('takes what fits', () => {
    expect(parseArguments('hold_slot', JSON.stringify(hold))).toEqual({ ok: true, value: hold });
    expect(parseArguments('hold_slot', JSON.stringify({ ...hold, staffId: ID }))).toMatchObject({ ok: true });
  });

  it.each(['', '  \n', '{}'])('takes %j for no arguments', (text) => {
    expect(parseArguments('list_services', text)).toEqual({ ok: true, value: {} });
  });

  it.each([['{"serviceId": "oops'], ['serviceId=1'], ["{'a': 1}"], ['{}{}']])(
    'tells malformed JSON: %s',
    (text) => {
      expect(parseArguments('hold_slot', text)).toMatchObject({
        ok: false,
        code: 'tool.arguments_malformed',
      });
    },
  );

  it.each<[string, unknown, RegExp]>([
    ['null', null, /must be object/],
    ['a list', [], /must be object/],
    ['a text', 'x', /must be object/],
    ['too few', {}, /serviceId.*startsAt/],
    ['another customer', { ...hold, customerId: ID }, /additional properties/],
    ['a price', { ...hold, price: 1 }, /additional properties/],
    ['no uuid', { ...hold, serviceId: 'manicure' }, /\/serviceId must match format "uuid"/],
    ['an instant', { ...hold, startsAt: '2026-12-01T15:00:00Z' }, /\/startsAt must match pattern/],
    ['a second line', { ...hold, startsAt: '2026-12-01T15:00\nx' }, /\/startsAt must match pattern/],
    ['null for an optional one', { ...hold, staffId: null }, /\/staffId must be string/],
  ])('names what is wrong with %s', (_what, value, message) => {
    const parsed = parseArguments('hold_slot', JSON.stringify(value));
    expect(parsed).toMatchObject({
      ok: false,
      code: 'tool.arguments_invalid',
      message: expect.stringMatching(message),
    });
  });

  it('refuses __proto__ as any other surplus', () => {
    expect(parseArguments('list_services', '{"__proto__":{"admin":true}}')).toMatchObject({ ok: false });
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it.each(['grant_discount', '', 'constructor', '__proto__', 'LIST_SERVICES'])(
    'knows no tool "%s", and names those there are',
    (name) => {
      expect(parseArguments(name, '{}')).toMatchObject({
        ok: false,
        code: 'tool.unknown',
        message: expect.stringContaining('list_services'),
      });
    },
  );

  it.each(BOOKING_TOOLS.map(({ name }) => name))('lets %s have nothing that it does not declare', (name) => {
    expect(parseArguments(name, '{"surplus":1}')).toMatchObject({
      ok: false,
      message: expect.stringContaining('additional properties'),
    });
  });

  it('limits the reason of a handover', () => {
    const reason = (length: number) =>
      parseArguments('hand_over', JSON.stringify({ reason: 'x'.repeat(length) })).ok;
    expect([reason(500), reason(501)]).toEqual([true, false]);
  });
});
