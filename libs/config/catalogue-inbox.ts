import { integer } from './setting.js';

/** The live inbox of the staff. */
export const INBOX = {
  socketsPerMember: [
    'INBOX_SOCKETS_PER_MEMBER',
    integer(20, { min: 1, max: 1_000 }, 'Open inbox sockets of one member in one process.'),
  ],
  waitingNotices: [
    'INBOX_WAITING_NOTICES',
    integer(
      256,
      { min: 1, max: 100_000 },
      'Notices that may wait for a slow inbox socket; with more it is disconnected, and reads what it missed.',
    ),
  ],
  recheckMs: [
    'INBOX_RECHECK_MS',
    integer(
      5_000,
      { min: 10, max: 60_000 },
      'How often an inbox socket that nothing is sent to is asked whether its login still serves.',
    ),
  ],
} as const;
