import { Injectable } from '@nestjs/common';
import { currentTenant, newId } from '#libs/kernel';
import { UnitOfWork } from '#libs/persistence';

/** A business's settings of its assistant; null stands for the installation's default. */
export interface Assistant {
  readonly name: string;
  readonly model: string | null;
  readonly temperature: number | null;
  readonly maxTokens: number | null;
  /** What the business adds to the assistant's instructions. */
  readonly instructions: string;
  readonly version: number;
}

const UNTOUCHED: Assistant = {
  name: 'Assistant',
  model: null,
  temperature: null,
  maxTokens: null,
  instructions: '',
  version: 0,
};

@Injectable()
export class AssistantRepository {
  constructor(private readonly uow: UnitOfWork) {}

  async get(): Promise<Assistant> {
    const [row] = await this.uow.query<Assistant>(
      `SELECT name, model, temperature::float8 AS temperature, max_tokens AS "maxTokens", instructions, version
       FROM assistant WHERE tenant_id = $1`,
      [currentTenant()],
    );
    return row ?? UNTOUCHED;
  }

  /** Writes over `expectedVersion`; answers false when another write came first. */
  async save(assistant: Assistant, expectedVersion: number): Promise<boolean> {
    const { name, model, temperature, maxTokens, instructions } = assistant;
    const written = await this.uow.query(
      `INSERT INTO assistant (tenant_id, id, name, model, temperature, max_tokens, instructions, version)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8 + 1)
       ON CONFLICT (tenant_id) DO UPDATE SET name = $3, model = $4, temperature = $5, max_tokens = $6, instructions = $7,
         version = assistant.version + 1
       WHERE assistant.version = $8 RETURNING 1`,
      [currentTenant(), newId(), name, model, temperature, maxTokens, instructions, expectedVersion],
    );
    return written.length > 0;
  }
}
