import { Command, Query } from '@nestjs/cqrs';
import type { EndpointView } from '../../infrastructure/endpoint.repository.js';

export type EndpointWithSecret = EndpointView & { secret: string };

export interface EndpointInput {
  url: string;
  description?: string | null;
  eventTypes: string[];
  enabled?: boolean;
  headers?: Record<string, string>;
}

/** Errors: the `net.…` refusals of the URL, `webhooks.event_type_unknown`, `webhooks.header_refused`, `webhooks.too_many_endpoints` (409). */
export class CreateEndpointCommand extends Command<EndpointWithSecret> {
  constructor(readonly input: EndpointInput) {
    super();
  }
}

/** Errors: as for creating; `webhook-endpoint.not_found`, `webhooks.endpoint_changed` (stale). */
export class UpdateEndpointCommand extends Command<EndpointView> {
  constructor(readonly input: Partial<EndpointInput> & { endpointId: string; expectedVersion?: number }) {
    super();
  }
}

/** With its deliveries. Error: `webhook-endpoint.not_found`. */
export class DeleteEndpointCommand extends Command<void> {
  constructor(
    readonly endpointId: string,
    readonly expectedVersion?: number,
  ) {
    super();
  }
}

/** The old secret signs too for `graceSeconds`. Error: `webhook-endpoint.not_found`. */
export class RotateSecretCommand extends Command<EndpointWithSecret> {
  constructor(readonly input: { endpointId: string; graceSeconds: number }) {
    super();
  }
}

export class GetEndpointQuery extends Query<EndpointView> {
  constructor(readonly endpointId: string) {
    super();
  }
}

/** Newest first; one more than `limit`. */
export class ListEndpointsQuery extends Query<EndpointView[]> {
  constructor(readonly page: { limit: number; startingAfter?: string }) {
    super();
  }
}
