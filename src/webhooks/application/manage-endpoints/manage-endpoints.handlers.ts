import { CommandHandler, type ICommandHandler, type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { Settings } from '#libs/config';
import { Clock, DomainError, newId } from '#libs/kernel';
import { OutgoingHttp } from '#libs/net';
import { EndpointRepository, type EndpointView } from '../../infrastructure/endpoint.repository.js';
import { newSecret } from '../../infrastructure/signer.js';
import { checkedHeaders, checkEventTypes } from './endpoint-rules.js';
import {
  CreateEndpointCommand,
  DeleteEndpointCommand,
  type EndpointWithSecret,
  GetEndpointQuery,
  ListEndpointsQuery,
  RotateSecretCommand,
  UpdateEndpointCommand,
} from './manage-endpoints.commands.js';

export const endpointFound = (endpoint: EndpointView | null, id: string): EndpointView => {
  if (!endpoint) throw DomainError.notFound('webhook-endpoint', id);
  return endpoint;
};

@CommandHandler(CreateEndpointCommand)
export class CreateEndpointHandler implements ICommandHandler<CreateEndpointCommand> {
  constructor(
    private readonly endpoints: EndpointRepository,
    private readonly http: OutgoingHttp,
    private readonly settings: Settings,
  ) {}

  async execute({ input }: CreateEndpointCommand): Promise<EndpointWithSecret> {
    const url = this.http.checkUrl(input.url, '/url').href;
    checkEventTypes(input.eventTypes);
    const headers = checkedHeaders(input.headers ?? {});
    const most = this.settings.webhooks.maxEndpoints;
    if ((await this.endpoints.count()) >= most)
      throw new DomainError(
        'conflict',
        'webhooks.too_many_endpoints',
        `A business may have ${most} endpoints. Delete one first.`,
      );
    const id = newId();
    const secret = newSecret();
    await this.endpoints.insert(id, {
      url,
      description: input.description ?? null,
      eventTypes: input.eventTypes,
      enabled: input.enabled ?? true,
      headers,
      secret,
    });
    return { ...endpointFound(await this.endpoints.find(id), id), secret };
  }
}

@CommandHandler(UpdateEndpointCommand)
export class UpdateEndpointHandler implements ICommandHandler<UpdateEndpointCommand> {
  constructor(
    private readonly endpoints: EndpointRepository,
    private readonly http: OutgoingHttp,
  ) {}

  async execute({ input }: UpdateEndpointCommand): Promise<EndpointView> {
    const { endpointId, expectedVersion, enabled, url, headers, ...rest } = input;
    const endpoint = endpointFound(await this.endpoints.find(endpointId, 'FOR UPDATE'), endpointId);
    assertUnchanged(endpoint, expectedVersion);
    if (rest.eventTypes) checkEventTypes(rest.eventTypes);
    await this.endpoints.update(endpointId, {
      ...rest,
      ...(url === undefined ? {} : { url: this.http.checkUrl(url, '/url').href }),
      ...(headers === undefined ? {} : { headers: checkedHeaders(headers) }),
    });
    if (enabled === true && endpoint.status === 'disabled') await this.endpoints.enable(endpointId);
    if (enabled === false && endpoint.status === 'enabled')
      await this.endpoints.disable(endpointId, 'manual');
    return endpointFound(await this.endpoints.find(endpointId), endpointId);
  }
}

const assertUnchanged = ({ version }: EndpointView, expectedVersion: number | undefined): void => {
  if (expectedVersion !== undefined && expectedVersion !== version)
    throw new DomainError(
      'stale',
      'webhooks.endpoint_changed',
      'The endpoint changed since you read it; read it again.',
    );
};

@CommandHandler(DeleteEndpointCommand)
export class DeleteEndpointHandler implements ICommandHandler<DeleteEndpointCommand> {
  constructor(private readonly endpoints: EndpointRepository) {}

  async execute({ endpointId, expectedVersion }: DeleteEndpointCommand): Promise<void> {
    assertUnchanged(
      endpointFound(await this.endpoints.find(endpointId, 'FOR UPDATE'), endpointId),
      expectedVersion,
    );
    await this.endpoints.delete(endpointId);
  }
}

@CommandHandler(RotateSecretCommand)
export class RotateSecretHandler implements ICommandHandler<RotateSecretCommand> {
  constructor(
    private readonly endpoints: EndpointRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ input }: RotateSecretCommand): Promise<EndpointWithSecret> {
    const { endpointId, graceSeconds } = input;
    endpointFound(await this.endpoints.find(endpointId, 'FOR UPDATE'), endpointId);
    const secret = newSecret();
    const until = graceSeconds > 0 ? new Date(this.clock.now().getTime() + graceSeconds * 1_000) : null;
    await this.endpoints.rotate(endpointId, secret, until);
    return { ...endpointFound(await this.endpoints.find(endpointId), endpointId), secret };
  }
}

@QueryHandler(GetEndpointQuery)
export class GetEndpointHandler implements IQueryHandler<GetEndpointQuery> {
  constructor(private readonly endpoints: EndpointRepository) {}

  async execute({ endpointId }: GetEndpointQuery): Promise<EndpointView> {
    return endpointFound(await this.endpoints.find(endpointId), endpointId);
  }
}

@QueryHandler(ListEndpointsQuery)
export class ListEndpointsHandler implements IQueryHandler<ListEndpointsQuery> {
  constructor(private readonly endpoints: EndpointRepository) {}

  execute({ page }: ListEndpointsQuery): Promise<EndpointView[]> {
    return this.endpoints.list(page);
  }
}
