import { DateTime, Info } from 'luxon';
import { servicesOf } from './booking.js';
import { servicesIn } from './matching.js';
import { staffOf } from './person.js';
import { tools, type Hours, type Interval, type Step } from './tools.js';
import { dayText, factsOf, numbered, serviceLines, sorry, type Turn } from './turn.js';

/** Recalls what still waits for an answer, so that a question in between does not lose it. */
const backToTask = ({ memory, phrases, ...rest }: Turn, otherwise: string): string => {
  if (memory.question === 'hold' && memory.hold) {
    return `\n\n${phrases.ask(factsOf({ memory, phrases, ...rest }, memory.hold))}`;
  }
  if (memory.question === 'slot') return `\n\n${phrases.chooseSlot}`;
  return otherwise && `\n\n${otherwise}`;
};

/** Services, prices, durations: of the one that is meant, or all of them. */
export function* tellServices(turn: Turn): Step<string> {
  const { heard, memory, phrases } = turn;
  const result = yield* tools.listServices();
  if (!result.ok) return sorry(turn);
  memory.services = result.value;
  if (result.value.length === 0) return phrases.noServices;
  const meant = servicesIn(heard.folded, result.value);
  const current = result.value.filter(({ id }) => id === memory.serviceId);
  const onCourse = memory.task === 'book' && memory.question !== 'service';
  const some = meant.length > 0 ? meant : onCourse && !heard.intents.has('services') ? current : [];
  if (some.length !== 1 && (memory.task === null || memory.question === 'service')) {
    memory.task = 'book';
    memory.question = 'service';
    memory.choices = (some.length > 0 ? some : result.value).map(({ id }) => id);
  }
  if (some.length === 0)
    return `${phrases.services(serviceLines(turn, result.value))}${backToTask(turn, phrases.inviteToBook)}`;
  const [only] = some;
  if (only && some.length === 1) {
    if (memory.task === null || memory.question === 'service') {
      memory.task = 'book';
      memory.serviceId = only.id;
      memory.question = 'when';
    }
    const line = phrases.serviceLine(only.name, only.durationMinutes, only.priceText);
    return `${line}.${backToTask(turn, phrases.inviteToBook)}`;
  }
  return `${serviceLines(turn, some)}${backToTask(turn, phrases.inviteToBook)}`;
}

export function* tellStaff(turn: Turn): Step<string> {
  const { heard, memory, phrases } = turn;
  const staff = yield* staffOf(turn);
  if (!staff) return sorry(turn);
  const services = memory.services ?? (yield* servicesOf(turn)) ?? [];
  const [meant, ...others] = servicesIn(heard.folded, services);
  const service = meant && others.length === 0 ? meant : null;
  const able = service ? staff.filter(({ serviceIds }) => serviceIds.includes(service.id)) : staff;
  if (able.length === 0) return phrases.noStaff;
  const lines = numbered(able.slice(0, 30).map(({ name }) => name));
  return `${phrases.staff(lines, service?.name ?? null)}${backToTask(turn, '')}`;
}

const TIME = /^\d{2}:\d{2}/u;
const intervalsText = (intervals: readonly Interval[]): string =>
  intervals
    .filter(({ from, to }) => TIME.test(from) && TIME.test(to))
    .map(({ from, to }) => `${from.slice(0, 5)}–${to.slice(0, 5)}`)
    .join(', ');

/** One line for each run of days with the same hours: "Mon–Fri: 09:00–19:00". */
const weekLines = ({ phrases }: Turn, { days }: Hours): string[] => {
  const names = Info.weekdays('short', { locale: phrases.locale });
  const runs: { first: number; last: number; text: string }[] = [];
  for (let weekday = 1; weekday <= 7; weekday += 1) {
    const text =
      intervalsText(days.find((day) => day.weekday === weekday)?.intervals ?? []) || phrases.closed;
    const run = runs.at(-1);
    if (run?.text === text) run.last = weekday;
    else runs.push({ first: weekday, last: weekday, text });
  }
  return runs.map(({ first, last, text }) => {
    const span = first === last ? names[first - 1] : `${names[first - 1] ?? ''}–${names[last - 1] ?? ''}`;
    return `${span ?? ''}: ${text}`;
  });
};

export function* tellHours(turn: Turn): Step<string> {
  const { heard, phrases, now } = turn;
  const result = yield* tools.openingHours();
  if (!result.ok) return sorry(turn);
  const hours = result.value;
  const days = heard.when?.days;
  if (days && days.from === days.to) {
    const date = DateTime.fromISO(days.from, { zone: now.zoneName ?? 'utc' });
    const special = hours.exceptions.find((exception) => exception.date === days.from);
    const usual = hours.days.find(({ weekday }) => weekday === date.weekday);
    const text = intervalsText((special ?? usual)?.intervals ?? []);
    const day = dayText(turn, days.from);
    return `${text ? phrases.hoursOn(day, text) : phrases.closedOn(day)}${backToTask(turn, '')}`;
  }
  const soon = now.plus({ days: 21 }).toISODate() ?? '';
  const special = hours.exceptions
    .filter(({ date }) => date <= soon && date >= (now.toISODate() ?? ''))
    .map(({ date, intervals }) => `${dayText(turn, date)}: ${intervalsText(intervals) || phrases.closed}`);
  return `${phrases.hours([...weekLines(turn, hours), ...special].join('\n'))}${backToTask(turn, '')}`;
}
