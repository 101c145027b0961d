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
}): string => [`${service}, ${at}`, staff && `мастер ${staff}`, price].filter(Boolean).join(', ');

export const russianPhrases: Phrasebook = {
  locale: 'ru-RU',
  intro: (business, customer) =>
    `Здравствуйте${customer ? `, ${customer}` : ''}! Я автоматический ассистент «${business}».`,
  hello: (business) => `Здравствуйте! Я автоматический ассистент «${business}».`,
  abilities:
    'Могу назвать цены и часы работы, найти свободное время, записать, перенести или отменить запись или позвать человека. Чем помочь?',
  fallback: (business) =>
    `Извините, я не понял. Я автоматический ассистент «${business}»: могу назвать цены и часы работы, записать, перенести или отменить запись или позвать человека. Например: «стрижка завтра в 15:00».`,
  mediaOnly:
    'Я не могу здесь посмотреть изображение или послушать голосовое сообщение. Напишите, пожалуйста, что вам нужно.',
  iAmAssistant: (business) =>
    `Я автоматический ассистент «${business}», не человек. Могу записать, перенести или отменить запись; если хотите поговорить с человеком, просто скажите.`,
  thanks: 'Пожалуйста!',
  bye: 'До свидания, ждём вас!',
  sorry: 'Извините, сейчас не получилось.',
  offerHandOver: 'Передать вас коллеге?',
  handedOver: 'Я передал ваш разговор коллеге, вам ответит человек здесь, в этом чате.',
  handOverFailed:
    'Извините, сейчас не удалось позвать коллегу. Попробуйте, пожалуйста, ещё раз через минуту.',
  services: (lines) => `Наши услуги:\n${lines}`,
  serviceLine: (name, minutes, price) =>
    [name, price && `: ${price}`, minutes && ` (${minutes} мин)`].filter(Boolean).join(''),
  noServices: 'Сейчас здесь не на что записаться.',
  inviteToBook: 'Хотите записаться? Назовите удобный день и время.',
  whichService: (lines) => `Какую услугу вы хотите?\n${lines}`,
  whichOf: (lines) => `Какую именно вы имеете в виду?\n${lines}`,
  staff: (lines, service) => (service ? `${service} делают:\n${lines}` : `У нас работают:\n${lines}`),
  noStaff: 'Сейчас для этого никто не указан.',
  unknownPerson: (lines) => `Не нахожу такого мастера. К кому вы хотите записаться?\n${lines}`,
  hours: (lines) => `Наши часы работы:\n${lines}`,
  closed: 'закрыто',
  hoursOn: (day, intervals) => `${day}: работаем ${intervals}.`,
  closedOn: (day) => `${day}: закрыто.`,
  slots: (service, lines) => `Свободное время, ${service}:\n${lines}`,
  nextFree: (service, lines) => `Когда вам удобно? Ближайшее свободное время, ${service}:\n${lines}`,
  notFree: (service, lines) =>
    `К сожалению, это время занято. Ближайшее свободное время, ${service}:\n${lines}`,
  justTaken: (service, lines) =>
    `К сожалению, это время только что заняли. Ещё свободно, ${service}:\n${lines}`,
  nothingThen: (service, lines) =>
    `К сожалению, тогда свободного времени нет. Ближайшее свободное время, ${service}:\n${lines}`,
  nothingAtAll: (service) => `К сожалению, в ближайшие недели нет свободного времени: ${service}.`,
  chooseSlot: 'Какое выбираете? Достаточно номера, или назовите другой день или время.',
  sayTime: 'Какой день и время вам удобны?',
  slotLine: (at, staff) => (staff ? `${at}, ${staff}` : at),
  ask: (hold) => `${details(hold)}. Записать вас?`,
  expired: (question) => `Извините, я не мог дольше держать это время. Поискал ещё раз: ${question}`,
  dropped: 'Хорошо, тогда это время не занимаю.',
  booked: (booking) => `Записано! Ваш код ${booking.code}. ${details(booking)}. До встречи!`,
  moved: (booking) => `Ваша запись перенесена. ${details(booking)}. Ваш код ${booking.code}.`,
  alreadyThere: 'Ваша запись уже на это время.',
  myBookings: (lines) => `Ваши предстоящие записи:\n${lines}`,
  bookingLine: (service, at, staff, code) =>
    [service, at, staff].filter(Boolean).join(', ') + ` (код ${code})`,
  noBookings: 'У вас нет предстоящих записей.',
  whichBooking: (lines) => `Какую запись вы имеете в виду?\n${lines}`,
  moveWhen: (service, at) => `${service}, ${at}: на какой день и время перенести?`,
  askCancel: (service, at) => `Отменить эту запись: ${service}, ${at}?`,
  cancelled: (service, at, code) => `Ваша запись отменена: ${service}, ${at} (код ${code}).`,
  kept: 'Хорошо, всё остаётся как есть.',
  tooLate: 'Эту запись здесь уже нельзя изменить.',
};
