import helmet from '@fastify/helmet';
import { UnsupportedMediaTypeException } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Settings } from '#libs/config';
import { DomainError } from '#libs/kernel';
import { assertEveryRouteDeclaresAccess } from './access-check.js';
import { setBaseHeaders } from './base-headers.js';
import { setBodyLimit } from './body-limit.decorator.js';
import { noteAddress } from './client-address.js';
import { DEEPEST, isNestedTooDeep } from './nesting.js';
import { serveOpenApi } from './openapi.js';
import { refusalOf } from './problem.js';
import { stateOf } from './request-state.js';
import { sendProblem } from './send-problem.js';

/** The adapter for `NestFactory.create(AppModule, createHttpAdapter(settings), { rawBody: true, bufferLogs: true })`. */
export const createHttpAdapter = ({ http }: Pick<Settings, 'http'>): FastifyAdapter => {
  const adapter = new FastifyAdapter({
    bodyLimit: http.bodyLimitBytes,
    routerOptions: { maxParamLength: 256 },
    // What the router refuses before any hook or filter of ours runs: a malformed URL, too long a parameter.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(refusalOf(error), request.raw, reply),
  });
  adapter.getInstance().addHook('onRequest', (request, _reply, done) => {
    noteAddress(request.raw, http.trustProxy);
    done();
  });
  return adapter;
};

const NOT_JSON = ['application/x-www-form-urlencoded', 'text/plain'];
const JSON_ONLY = 'Send the body as application/json.';

const nestedTooDeep = (): DomainError =>
  DomainError.invalid('http.nested_too_deep', '', `The body must not be nested more than ${DEEPEST} deep.`);

/**
 * Everything about HTTP that is not a provider; to be called once, before `listen()` or `init()`. Signals are the
 * business of whoever owns the process: it calls `app.close()`.
 * @throws Error naming every route that does not declare its access.
 */
export const configureHttp = async (app: NestFastifyApplication): Promise<void> => {
  assertEveryRouteDeclaresAccess(app);
  // Nest and Fastify would read these too, and hand on what looks like JSON.
  app.useBodyParser(NOT_JSON, {}, (_request, _body, done) =>
    done(new UnsupportedMediaTypeException(JSON_ONLY)),
  );
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        // Swagger UI and the chat page load their scripts from here; Swagger UI writes styles into the page.
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'", 'ws:', 'wss:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // For browsers that know no frame-ancestors.
    frameguard: { action: 'deny' },
  });
  const fastify = app.getHttpAdapter().getInstance();
  const { bodyLimit = 0 } = fastify.initialConfig;
  fastify
    .addHook('onRoute', (route) => setBodyLimit(route, bodyLimit))
    .addHook('onListen', (done) => {
      setBaseHeaders(fastify.server);
      done();
    })
    .addHook('onRequest', (request, reply, done) => {
      reply.header('x-request-id', stateOf(request.raw).requestId);
      done();
    })
    // What a route answers is a business's own unless the route says otherwise (OWASP ASVS 5.0, 14.3.2).
    .addHook('onSend', (_request, reply, payload, done) => {
      if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
      const type = reply.getHeader('content-type');
      if (typeof type === 'string' && /^text\/[\w.+-]+$/.test(type))
        reply.header('content-type', `${type}; charset=utf-8`);
      done(null, payload);
    })
    // Before anything recurses over the body: to validate it, to hash it, to store it.
    .addHook('preValidation', (request, reply, done) => {
      if (isNestedTooDeep(request.body)) sendProblem(refusalOf(nestedTooDeep()), request.raw, reply);
      else done();
    });
  serveOpenApi(app);
};
