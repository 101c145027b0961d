import type { INestApplicationContext } from '@nestjs/common';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { PERMISSION, PUBLIC } from './access.decorators.js';
import { IDEMPOTENT } from './idempotent.decorator.js';

/** Nest's own metadata keys of a route handler (PATH_METADATA is set by every @Get(), @Post() ...). */
const ROUTE_PATH = 'path';

/** What is wrong with the access declarations of the routes of a controller class; empty when nothing is. */
export const accessFaultsOf = (controller: { name: string; prototype: object }): string[] =>
  new MetadataScanner().getAllMethodNames(controller.prototype).flatMap((name) => {
    const handler = (controller.prototype as Record<string, object | undefined>)[name];
    if (handler === undefined || !Reflect.hasMetadata(ROUTE_PATH, handler)) return [];
    const open = Reflect.hasMetadata(PUBLIC, handler);
    const guarded = Reflect.hasMetadata(PERMISSION, handler);
    const route = `${controller.name}.${name}`;
    if (open && guarded) return [`${route} is public and asks for a permission: keep one`];
    if (!open && !guarded)
      return [`${route} declares no access: add @Permission('...'), @SignedIn() or @Public()`];
    if (open && Reflect.hasMetadata(IDEMPOTENT, handler))
      return [`${route} is public: an idempotency key needs a tenant`];
    return [];
  });

/**
 * Walks all routes of all modules; for the start of the process.
 * @throws Error that names every route that declares no access, or two kinds of it.
 */
export const assertEveryRouteDeclaresAccess = (app: INestApplicationContext): void => {
  const faults = [...app.get(ModulesContainer, { strict: false }).values()].flatMap((module) =>
    [...module.controllers.values()].flatMap(({ metatype }) =>
      typeof metatype === 'function'
        ? accessFaultsOf(metatype as unknown as { name: string; prototype: object })
        : [],
    ),
  );
  if (faults.length > 0)
    throw new Error(`Routes without a clear access rule:\n${faults.map((f) => `  - ${f}`).join('\n')}`);
};
