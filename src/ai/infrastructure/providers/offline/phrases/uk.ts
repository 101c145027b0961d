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
}): string => [`${service}, ${at}`, staff && `майстер ${staff}`, price].filter(Boolean).join(', ');

export const ukrainianPhrases: Phrasebook = {
  locale: 'uk-UA',
  intro: (business, customer) =>
    `Вітаю${customer ? `, ${customer}` : ''}! Я автоматичний асистент «${business}».`,
  hello: (business) => `Вітаю! Я автоматичний асистент «${business}».`,
  abilities:
    'Можу назвати ціни та години роботи, знайти вільний час, записати, перенести або скасувати запис чи покликати людину. Чим допомогти?',
  fallback: (business) =>
    `Вибачте, я не зрозумів. Я автоматичний асистент «${business}»: можу назвати ціни та години роботи, записати, перенести або скасувати запис чи покликати людину. Наприклад: «стрижка завтра о 15:00».`,
  mediaOnly:
    'Я не можу тут переглядати зображення чи слухати голосові повідомлення. Напишіть, будь ласка, що вам потрібно.',
  iAmAssistant: (business) =>
    `Я автоматичний асистент «${business}», не людина. Можу записати, перенести чи скасувати запис; якщо хочете поговорити з людиною, просто скажіть.`,
  thanks: 'Будь ласка!',
  bye: 'До побачення, чекаємо на вас!',
  sorry: 'Вибачте, зараз не вийшло.',
  offerHandOver: 'Передати вас колезі?',
  handedOver: 'Я передав вашу розмову колезі, вам відповість людина тут, у цьому чаті.',
  handOverFailed: 'Вибачте, зараз не вдалося покликати колегу. Спробуйте, будь ласка, ще раз за хвилину.',
  services: (lines) => `Наші послуги:\n${lines}`,
  serviceLine: (name, minutes, price) =>
    [name, price && `: ${price}`, minutes && ` (${minutes} хв)`].filter(Boolean).join(''),
  noServices: 'Наразі тут немає на що записатися.',
  inviteToBook: 'Бажаєте записатися? Назвіть зручний день і час.',
  whichService: (lines) => `Яку послугу бажаєте?\n${lines}`,
  whichOf: (lines) => `Яку саме маєте на увазі?\n${lines}`,
  staff: (lines, service) => (service ? `${service} роблять:\n${lines}` : `У нас працюють:\n${lines}`),
  noStaff: 'Наразі для цього нікого не вказано.',
  unknownPerson: (lines) => `Не знаходжу такого майстра. До кого бажаєте записатися?\n${lines}`,
  hours: (lines) => `Наші години роботи:\n${lines}`,
  closed: 'зачинено',
  hoursOn: (day, intervals) => `${day}: працюємо ${intervals}.`,
  closedOn: (day) => `${day}: зачинено.`,
  slots: (service, lines) => `Вільний час, ${service}:\n${lines}`,
  nextFree: (service, lines) => `Коли вам зручно? Найближчий вільний час, ${service}:\n${lines}`,
  notFree: (service, lines) => `На жаль, цей час зайнятий. Найближчий вільний час, ${service}:\n${lines}`,
  justTaken: (service, lines) => `На жаль, цей час щойно зайняли. Ще вільно, ${service}:\n${lines}`,
  nothingThen: (service, lines) =>
    `На жаль, тоді вільного часу немає. Найближчий вільний час, ${service}:\n${lines}`,
  nothingAtAll: (service) => `На жаль, у найближчі тижні немає вільного часу: ${service}.`,
  chooseSlot: 'Який обираєте? Достатньо номера, або назвіть інший день чи час.',
  sayTime: 'Який день і час вам зручні?',
  slotLine: (at, staff) => (staff ? `${at}, ${staff}` : at),
  ask: (hold) => `${details(hold)}. Записати вас?`,
  expired: (question) => `Перепрошую, я не міг довше тримати цей час. Пошукав ще раз: ${question}`,
  dropped: 'Добре, тоді цей час не займаю.',
  booked: (booking) => `Записано! Ваш код ${booking.code}. ${details(booking)}. До зустрічі!`,
  moved: (booking) => `Ваш запис перенесено. ${details(booking)}. Ваш код ${booking.code}.`,
  alreadyThere: 'Ваш запис уже на цей час.',
  myBookings: (lines) => `Ваші майбутні записи:\n${lines}`,
  bookingLine: (service, at, staff, code) =>
    [service, at, staff].filter(Boolean).join(', ') + ` (код ${code})`,
  noBookings: 'У вас немає майбутніх записів.',
  whichBooking: (lines) => `Який запис маєте на увазі?\n${lines}`,
  moveWhen: (service, at) => `${service}, ${at}: на який день і час перенести?`,
  askCancel: (service, at) => `Скасувати цей запис: ${service}, ${at}?`,
  cancelled: (service, at, code) => `Ваш запис скасовано: ${service}, ${at} (код ${code}).`,
  kept: 'Добре, усе лишається як є.',
  tooLate: 'Цей запис тут уже не можна змінити.',
};
