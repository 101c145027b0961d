import { RouteConfig } from '@nestjs/platform-fastify';
import type { RouteOptions } from 'fastify';

/** Takes bodies of so many bytes, where that is more than the setting of all routes allows. */
export const BodyLimit = (bytes: number): MethodDecorator => RouteConfig({ bodyLimit: bytes });

/** Of Fastify, which is to know it before a body comes; the parser of the body obeys. */
export const setBodyLimit = (route: RouteOptions, limitOfAll: number): void => {
  const { bodyLimit } = (route.config ?? {}) as { bodyLimit?: number };
  if (bodyLimit !== undefined) route.bodyLimit = Math.max(bodyLimit, limitOfAll);
};
