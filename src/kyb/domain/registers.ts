import type { Register } from './register.js';
import type { RegisterName } from './sources.js';

/** The registers that are switched on. */
export abstract class Registers {
  /** null when it is switched off. */
  abstract get(name: RegisterName): Register | null;
}
