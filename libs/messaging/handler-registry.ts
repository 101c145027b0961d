import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, Reflector } from '@nestjs/core';
import { EventHandler, HANDLES_EVENT, type HandlesEventOptions } from './event-handler.js';

export interface RegisteredHandler {
  readonly options: Required<Omit<HandlesEventOptions, 'event'>> & { readonly eventType: string };
  readonly instance: EventHandler;
}

/** Finds every `@HandlesEvent` provider at start. A name given twice, or to a class that handles nothing, stops the start. */
@Injectable()
export class HandlerRegistry implements OnModuleInit {
  private readonly byName = new Map<string, RegisteredHandler>();
  private readonly byEvent = new Map<string, RegisteredHandler[]>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly reflector: Reflector,
  ) {}

  onModuleInit(): void {
    for (const { instance, metatype } of this.discovery.getProviders()) {
      if (!metatype || typeof metatype !== 'function') continue;
      const options = this.reflector.get<HandlesEventOptions | undefined>(HANDLES_EVENT, metatype);
      if (!options) continue;
      if (!(instance instanceof EventHandler)) throw new Error(`${metatype.name} must extend EventHandler`);
      if (this.byName.has(options.name)) throw new Error(`two event handlers are named ${options.name}`);
      const handler: RegisteredHandler = {
        instance,
        options: {
          queue: 'events',
          attempts: 10,
          backoffMs: 500,
          transactional: true,
          name: options.name,
          eventType: options.event.type,
          ...withoutEvent(options),
        },
      };
      this.byName.set(options.name, handler);
      this.byEvent.set(options.event.type, [...(this.byEvent.get(options.event.type) ?? []), handler]);
    }
  }

  find(name: string): RegisteredHandler | undefined {
    return this.byName.get(name);
  }

  handlersOf(eventType: string): readonly RegisteredHandler[] {
    return this.byEvent.get(eventType) ?? [];
  }
}

const withoutEvent = ({ event: _event, ...rest }: HandlesEventOptions) => rest;
