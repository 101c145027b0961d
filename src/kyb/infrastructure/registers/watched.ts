import type { Logger } from '@nestjs/common';
import type { Clock } from '#libs/kernel';
import type { Register } from '../../domain/register.js';
import { isAnswer } from '../../domain/sources.js';
import type { RegisterStore } from './register.store.js';

/** A register that says whether it is being left alone. */
export type GatedRegister = Register & { readonly gate: { readonly open: boolean } };

/** The gate let nobody through: that says nothing new of the source. */
const refused = /_(?:circuit_open|busy)$/;

/** The same registers, which write down how they are. That it could not be written keeps no answer back. */
export const watched = (
  registers: readonly GatedRegister[],
  { store, clock, logger }: { store: RegisterStore; clock: Clock; logger: Logger },
): Register[] =>
  registers.map((register) => ({
    name: register.name,
    ask: async (question) => {
      const answer = await register.ask(question);
      if (answer.state !== 'not_applicable' && !refused.test(answer.reason ?? ''))
        await store
          .note(register.name, {
            at: clock.now(),
            failure: isAnswer(answer.state) ? null : (answer.reason ?? 'kyb.no_answer'),
            open: register.gate.open,
          })
          .catch((error: unknown) =>
            logger.warn({ err: error, register: register.name }, 'the state of a register could not be kept'),
          );
      return answer;
    },
  }));
