import {
  Command,
  CommandHandler,
  type ICommandHandler,
  type IQueryHandler,
  Query,
  QueryHandler,
} from '@nestjs/cqrs';
import { DomainError } from '#libs/kernel';
import { type Assistant, AssistantRepository } from '../../infrastructure/assistant.repository.js';

export class GetAssistantQuery extends Query<Assistant> {}

/** Error: `ai.assistant_changed` (stale). Absent fields stay; null returns to the installation's default. */
export class ConfigureAssistantCommand extends Command<Assistant> {
  constructor(readonly input: { patch: Partial<Omit<Assistant, 'version'>>; expectedVersion?: number }) {
    super();
  }
}

@QueryHandler(GetAssistantQuery)
export class GetAssistantHandler implements IQueryHandler<GetAssistantQuery> {
  constructor(private readonly assistants: AssistantRepository) {}

  execute() {
    return this.assistants.get();
  }
}

@CommandHandler(ConfigureAssistantCommand)
export class ConfigureAssistantHandler implements ICommandHandler<ConfigureAssistantCommand> {
  constructor(private readonly assistants: AssistantRepository) {}

  async execute({ input: { patch, expectedVersion } }: ConfigureAssistantCommand): Promise<Assistant> {
    const current = await this.assistants.get();
    const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
    const version = expectedVersion ?? current.version;
    if (version !== current.version || !(await this.assistants.save({ ...current, ...given }, version)))
      throw new DomainError(
        'stale',
        'ai.assistant_changed',
        'The assistant changed since you read it; read it again.',
      );
    return this.assistants.get();
  }
}
