import type { TestTenant } from '../tenant.js';

const price = { amount: 100, currency: 'EUR' };
const interval = { from: '09:00', to: '17:00' };
const startsAt = '2099-01-01T10:00:00Z';

export const calendarBodies = ({ services, staff }: TestTenant) => ({
  createService: {
    name: 'New',
    description: 'd',
    durationMinutes: 30,
    bufferBeforeMinutes: 0,
    bufferAfterMinutes: 0,
    price,
    active: true,
  },
  updateService: {
    name: 'New',
    description: 'd',
    durationMinutes: 30,
    bufferBeforeMinutes: 0,
    bufferAfterMinutes: 0,
    price,
    active: true,
  },
  createStaff: { name: 'New', serviceIds: [], active: true },
  updateStaff: { name: 'New', serviceIds: [], active: true },
  setWorkingHours: { days: [{ weekday: 1, intervals: [interval] }] },
  updateCalendarSettings: {
    timeZone: 'Europe/Berlin',
    minNoticeMinutes: 0,
    horizonDays: 90,
    slotStepMinutes: 30,
    holdTtlSeconds: 600,
  },
  addHoursException: { staffId: staff.get('Anna'), date: '2099-01-01', intervals: [interval], note: 'n' },
  createBooking: {
    serviceId: services.get('Manicure'),
    startsAt,
    staffId: staff.get('Anna'),
    customer: { name: 'A' },
    notes: 'n',
  },
  cancelBooking: { reason: 'r' },
  rescheduleBooking: { startsAt, staffId: staff.get('Anna') },
});
