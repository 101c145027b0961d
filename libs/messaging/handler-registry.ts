import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, Reflector } from '@nestjs/core';
import { Settings } from '#libs/config';
import { EventHandler, HANDLES_EVENT, type HandlesEventOptions, type QueueName } from './event-handler.js';

export interface RegisteredHandler {
  readonly options: {
    readonly name: string;
    readonly queue: QueueName;
    readonly attempts: number;
    readonly backoffMs: number;
    readonly transactional: boolean;
  };
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
    private readonly settings: Settings,
  ) {}

  onModuleInit(): void {
    for (const { instance, metatype } of this.discovery.getProviders()) {
      if (!metatype || typeof metatype !== 'function') continue;
      const options = this.reflector.get<HandlesEventOptions | undefined>(HANDLES_EVENT, metatype);
      if (!options) continue;
      if (!isHandler(instance)) throw new Error(`${metatype.name} must extend EventHandler`);
      if (this.byName.has(options.name)) throw new Error(`two event handlers are named ${options.name}`);
      const handler: RegisteredHandler = { instance, options: this.resolve(options) };
      this.byName.set(options.name, handler);
      for (const { type } of [options.event].flat())
        this.byEvent.set(type, [...(this.byEvent.get(type) ?? []), handler]);
    }
  }

  find(name: string): RegisteredHandler | undefined {
    return this.byName.get(name);
  }

  handlersOf(eventType: string): readonly RegisteredHandler[] {
    return this.byEvent.get(eventType) ?? [];
  }

  private resolve(options: HandlesEventOptions): RegisteredHandler['options'] {
    const value = (v: number | ((settings: Settings) => number) | undefined, fallback: number): number =>
      typeof v === 'function' ? v(this.settings) : (v ?? fallback);
    return {
      name: options.name,
      queue: options.queue ?? 'events',
      attempts: value(options.attempts, 10),
      backoffMs: value(options.backoffMs, 500),
      transactional: options.transactional ?? true,
    };
  }
}

const isHandler = (instance: unknown): instance is EventHandler => instance instanceof EventHandler;
