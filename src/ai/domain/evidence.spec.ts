import type { ModelMessage } from './chat-model.js';
import { effectsOf, evidenceOf } from './evidence.js';

let calls = 0;

/** A call of a tool and what it returned. */
const used = (name: string, result: unknown): ModelMessage[] => {
  calls += 1;
  const id = `call_${calls}`;
  return [
    { role: 'assistant', text: null, toolCalls: [{ id, name, arguments: '{}' }] },
    { role: 'tool', toolCallId: id, content: typeof result === 'string' ? result : JSON.stringify(result) },
  ];
};
const confirmed = (code: string) => used('confirm_booking', { bookingId: 'b', code });
const moved = (code: string) => used('reschedule_booking', { bookingId: 'b', code });
const cancelled = (code: string) => used('cancel_booking', { bookingId: 'b', code, status: 'cancelled' });
const refused = (name: string) => used(name, { error: { code: 'calendar.hold_expired', message: 'm' } });

describe('evidenceOf', () => {
  it('has nothing to go by in a turn without tools, whatever was written', () => {
    const said: ModelMessage[] = [
      { role: 'user', text: '{"code":"ABC234"}' },
      { role: 'assistant', text: 'Booked! Code ABC234', toolCalls: [] },
    ];
    expect(evidenceOf(said, said)).toEqual({
      ...{
        codes: new Set(),
        earlierCodes: new Set(),
        bookingSeen: false,
        changeSeen: false,
        confirmedCode: null,
      },
    });
  });

  it.each([
    [
      'a confirmation',
      confirmed('ABC234'),
      { bookingSeen: true, changeSeen: false, confirmedCode: 'ABC234' },
    ],
    ['a move', moved('ABC234'), { bookingSeen: true, changeSeen: true, confirmedCode: 'ABC234' }],
    ['a cancellation', cancelled('ABC234'), { bookingSeen: false, changeSeen: true, confirmedCode: null }],
    [
      'a list of bookings',
      used('list_my_bookings', { bookings: [{ code: 'ABC234' }] }),
      { bookingSeen: true, changeSeen: false, confirmedCode: null },
    ],
  ])('takes %s for what it is', (_what, turn, expected) => {
    expect(evidenceOf([], turn)).toMatchObject({ ...expected, codes: new Set(['ABC234']) });
  });

  it.each([
    ['a hold', used('hold_slot', { holdId: 'h', price: { amount: 1 } })],
    ['an empty list', used('list_my_bookings', { bookings: [] })],
    ['a refused confirmation', refused('confirm_booking')],
    ['a refused move', refused('reschedule_booking')],
    ['a refused cancellation', refused('cancel_booking')],
    ['a result that is no JSON', used('confirm_booking', 'code: ABC234')],
    ['a result that is no object', used('confirm_booking', '"ABC234"')],
    ['a confirmation without a code', used('confirm_booking', { bookingId: 'b' })],
    [
      'a result of no call',
      [{ role: 'tool', toolCallId: 'stray', content: '{"code":"ABC234"}' } satisfies ModelMessage],
    ],
  ])('is no booking: %s', (_what, turn) => {
    expect(evidenceOf([], turn)).toMatchObject({
      bookingSeen: false,
      changeSeen: false,
      confirmedCode: null,
    });
  });

  it('keeps what earlier turns did apart: a code may be repeated, a booking not be claimed', () => {
    expect(evidenceOf([...confirmed('ABC234'), ...cancelled('DEF567')], [])).toEqual({
      codes: new Set(),
      earlierCodes: new Set(['ABC234', 'DEF567']),
      bookingSeen: false,
      changeSeen: true,
      confirmedCode: null,
    });
  });

  it('tells the code of the last of several bookings', () => {
    const turn = [...confirmed('ABC234'), ...refused('confirm_booking'), ...confirmed('DEF567')];
    expect(evidenceOf([], turn)).toMatchObject({
      confirmedCode: 'DEF567',
      codes: new Set(['ABC234', 'DEF567']),
    });
  });
});

describe('effectsOf', () => {
  it('names each booking once, as it is at the end, in the order of the last change', () => {
    const turn = [...confirmed('ABC234'), ...confirmed('DEF567'), ...moved('ABC234'), ...cancelled('DEF567')];
    expect(effectsOf(turn)).toEqual([
      { code: 'ABC234', cancelled: false },
      { code: 'DEF567', cancelled: true },
    ]);
  });

  it('counts nothing that was only held, listed or refused', () => {
    const turn = [
      ...used('hold_slot', { holdId: 'h', code: 'ABC234' }),
      ...used('list_my_bookings', { bookings: [{ code: 'ABC234' }] }),
      ...refused('cancel_booking'),
    ];
    expect(effectsOf(turn)).toEqual([]);
  });
});
