import type { Metrics } from '#libs/observability';
import type { Register } from '../../domain/register.js';

/** The same registers, counted and timed. */
export const measured = (registers: readonly Register[], metrics: Metrics): Register[] => {
  const answers = metrics.counter({
    name: 'frontdesk_kyb_register_answers_total',
    help: 'Answers of registers, by register, state and reason',
    labelNames: ['register', 'state', 'reason'],
  });
  const seconds = metrics.histogram({
    name: 'frontdesk_kyb_register_seconds',
    help: 'How long a register took to answer, all its requests together',
    labelNames: ['register'],
    buckets: [0.1, 0.5, 1, 2, 5, 10, 20, 60],
  });
  return registers.map((register) => ({
    name: register.name,
    ask: async (question) => {
      const done = seconds.startTimer({ register: register.name });
      const answer = await register.ask(question);
      done();
      answers.inc({ register: register.name, state: answer.state, reason: answer.reason ?? '' });
      return answer;
    },
  }));
};
