import type { Phrasebook } from './phrasebook.js';

const details = ({
  service,
  at,
  staff,
  price,
}: {
  service: string;
  at: string;
  staff: string;
  price: string;
}): string => [`${service}, ${at}${staff && ` with ${staff}`}`, price].filter(Boolean).join(', ');

export const englishPhrases: Phrasebook = {
  locale: 'en-GB',
  intro: (business, customer) =>
    `Hello${customer ? `, ${customer}` : ''}! I am the automatic assistant of ${business}.`,
  hello: (business) => `Hello! I am the automatic assistant of ${business}.`,
  abilities:
    'I can tell you prices and opening hours, find a free time, book, move or cancel an appointment, or pass you on to a colleague. What may I do for you?',
  fallback: (business) =>
    `Sorry, I did not understand that. I am the automatic assistant of ${business}: I can name prices and opening hours, book, move or cancel an appointment, or pass you on to a person. For example: "a haircut tomorrow at 15:00".`,
  mediaOnly: 'I cannot look at pictures or listen to voice messages here. Please write to me what you need.',
  iAmAssistant: (business) =>
    `I am an automatic assistant of ${business}, not a person. I can book, move and cancel appointments; if you would rather talk to a person, just say so.`,
  thanks: 'You are welcome!',
  bye: 'Goodbye, we look forward to seeing you!',
  sorry: 'Sorry, that did not work just now.',
  offerHandOver: 'Shall I pass you on to a colleague?',
  handedOver: 'I have passed your conversation on to a colleague, who will answer you here.',
  handOverFailed: 'Sorry, I could not reach a colleague just now. Please try again in a moment.',
  services: (lines) => `Our services:\n${lines}`,
  serviceLine: (name, minutes, price) =>
    [name, price && `: ${price}`, minutes && ` (${minutes} min)`].filter(Boolean).join(''),
  noServices: 'There is nothing that can be booked here at the moment.',
  inviteToBook: 'Would you like to book? Then tell me the day and time that suit you.',
  whichService: (lines) => `Which service would you like?\n${lines}`,
  whichOf: (lines) => `Which one do you mean?\n${lines}`,
  staff: (lines, service) =>
    service ? `These people do ${service}:\n${lines}` : `These people work here:\n${lines}`,
  noStaff: 'I have no one listed for that at the moment.',
  unknownPerson: (lines) => `I do not find that person. With whom would you like to come?\n${lines}`,
  hours: (lines) => `Our opening hours:\n${lines}`,
  closed: 'closed',
  hoursOn: (day, intervals) => `On ${day} we are open ${intervals}.`,
  closedOn: (day) => `On ${day} we are closed.`,
  slots: (service, lines) => `Free times for ${service}:\n${lines}`,
  nextFree: (service, lines) => `When would it suit you? The next free times for ${service}:\n${lines}`,
  notFree: (service, lines) =>
    `Unfortunately that time is not free. The nearest free times for ${service}:\n${lines}`,
  justTaken: (service, lines) =>
    `Unfortunately that time has just been taken. Still free for ${service}:\n${lines}`,
  nothingThen: (service, lines) =>
    `Unfortunately there is nothing free then. The next free times for ${service}:\n${lines}`,
  nothingAtAll: (service) => `Unfortunately I find no free time for ${service} in the coming weeks.`,
  chooseSlot: 'Which one would you like? A number is enough, or name another day or time.',
  sayTime: 'Which day and time would suit you?',
  slotLine: (at, staff) => (staff ? `${at} with ${staff}` : at),
  ask: (hold) => `${details(hold)}. Shall I book it?`,
  expired: (question) => `Sorry, I could not keep that time any longer. I have looked again: ${question}`,
  dropped: 'All right, I let that time go.',
  booked: (booking) => `Booked! Your code is ${booking.code}. ${details(booking)}. See you then!`,
  moved: (booking) => `Your appointment has been moved. ${details(booking)}. Your code is ${booking.code}.`,
  alreadyThere: 'Your appointment is at that time already.',
  myBookings: (lines) => `Your coming appointments:\n${lines}`,
  bookingLine: (service, at, staff, code) => `${service}, ${at}${staff && ` with ${staff}`} (code ${code})`,
  noBookings: 'You have no coming appointments.',
  whichBooking: (lines) => `Which appointment do you mean?\n${lines}`,
  moveWhen: (service, at) => `${service}, ${at}: to which day and time shall I move it?`,
  askCancel: (service, at) => `Shall I cancel this appointment: ${service}, ${at}?`,
  cancelled: (service, at, code) => `Your appointment has been cancelled: ${service}, ${at} (code ${code}).`,
  kept: 'All right, everything stays as it is.',
  tooLate: 'This appointment cannot be changed here any more.',
};
