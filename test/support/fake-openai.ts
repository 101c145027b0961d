import { EventEmitter } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { faultOfChatRequest, type ChatRequest, type OpenAiFault } from './openai-request-rules.js';

export type { ChatRequest, ChatRequestMessage, OpenAiFault } from './openai-request-rules.js';

/** What the model does next: answers a message, or fails as HTTP does. */
export type FakeReply =
  | { kind: 'message'; content: string | null; toolCalls?: FakeToolCall[]; refusal?: string; finish?: string }
  | { kind: 'http'; status: number; body: unknown; headers?: Record<string, string> }
  /** Takes the request and never answers, or stalls after the headers and a byte. */
  | { kind: 'hang' }
  | { kind: 'stall' }
  /** Takes the request and breaks the connection. */
  | { kind: 'drop' };

export interface FakeToolCall {
  readonly name: string;
  /** Raw text (so that it can be malformed), or an object to be written as JSON. */
  readonly arguments: string | object;
}

/** A reply, or what makes one of the request: `lastToolResults(request)` has what the tools said. */
export type Script = FakeReply | ((request: ChatRequest) => FakeReply | Promise<FakeReply>);

const httpError = (
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): FakeReply => ({
  kind: 'http',
  status,
  headers,
  body: { error: { message, type: code, param: null, code } },
});

/** Replies by name. */
export const reply = {
  text: (content: string): FakeReply => ({ kind: 'message', content }),
  tools: (...toolCalls: FakeToolCall[]): FakeReply => ({ kind: 'message', content: null, toolCalls }),
  tool: (name: string, args: string | object = {}): FakeReply => reply.tools({ name, arguments: args }),
  malformedArguments: (name: string): FakeReply => reply.tool(name, '{"serviceId": "oops'),
  refusal: (refusal = 'I cannot help with that.'): FakeReply => ({ kind: 'message', content: null, refusal }),
  cutShort: (content: string): FakeReply => ({ kind: 'message', content, finish: 'length' }),
  /** Claims a booking that no tool has made. */
  hallucinatedBooking: (): FakeReply =>
    reply.text('Done! Your booking is confirmed for tomorrow at 15:00. Your booking code is FD-4711.'),
  rateLimited: (retryAfterSeconds?: number): FakeReply =>
    httpError(
      429,
      'rate_limit_exceeded',
      'Rate limit reached for requests',
      retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
    ),
  serverError: (status = 500): FakeReply =>
    httpError(status, 'server_error', 'The server had an error while processing your request.'),
  http: (status: number, body: unknown, headers: Record<string, string> = {}): FakeReply => ({
    kind: 'http',
    status,
    body,
    headers,
  }),
  hang: (): FakeReply => ({ kind: 'hang' }),
  stall: (): FakeReply => ({ kind: 'stall' }),
  drop: (): FakeReply => ({ kind: 'drop' }),
};

/** The results of the tools that the model called last, parsed where they are JSON. */
export const lastToolResults = (request: ChatRequest): unknown[] => {
  const last = request.messages.findLastIndex((message) => message.role !== 'tool');
  return request.messages.slice(last + 1).map((message) => {
    try {
      return JSON.parse(message.content ?? '') as unknown;
    } catch {
      return message.content;
    }
  });
};

export const lastUserText = (request: ChatRequest): string =>
  request.messages.findLast((message) => message.role === 'user')?.content ?? '';

/**
 * OpenAI's chat completions on a free loopback port, for tests: a real HTTP server that refuses what OpenAI's own schema
 * refuses, and answers by a queue of scripts, then by `handler`.
 */
export class FakeOpenAi {
  /** Requests that were accepted, in order, with those that then failed by script. */
  readonly requests: ChatRequest[] = [];
  /** Why requests were refused: a test of the application wants this empty. */
  readonly refusals: OpenAiFault[] = [];
  /** When each accepted request came, by `performance.now()`. */
  readonly times: number[] = [];
  /** Answers when the queue is empty. */
  handler: ((request: ChatRequest) => FakeReply | Promise<FakeReply>) | undefined;
  /** What `GET /models` answers: a status. */
  modelsStatus = 200;
  modelsRequests = 0;

  private readonly events = new EventEmitter().setMaxListeners(0);
  private queue: Script[] = [];
  private serial = 0;

  private constructor(
    private readonly server: Server,
    private readonly apiKey: string,
  ) {
    server.on('request', (request, response) => {
      // A fault of the fake itself: seen by the test as an answer, never as a hanging one.
      this.handle(request, response).catch((error: unknown) => response.writeHead(599).end(String(error)));
    });
  }

  static async start(options: { apiKey?: string } = {}): Promise<FakeOpenAi> {
    const server = createServer();
    const fake = new FakeOpenAi(server, options.apiKey ?? 'test-key');
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  /** The base URL, with `/v1`. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  /** Scripts left unused. */
  get pending(): number {
    return this.queue.length;
  }

  script(...scripts: Script[]): void {
    this.queue.push(...scripts);
  }

  async waitForRequests(count: number, timeoutMs = 45_000): Promise<ChatRequest[]> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        if (this.requests.length < count) return;
        stop();
        resolve(this.requests);
      };
      const timer = setTimeout(() => {
        stop();
        const came = this.requests.map((request) => lastUserText(request)).join('\n  ') || '(nothing)';
        reject(new Error(`wanted ${count} model request(s) within ${timeoutMs} ms; came:\n  ${came}`));
      }, timeoutMs);
      const stop = (): void => {
        clearTimeout(timer);
        this.events.off('request', check);
      };
      this.events.on('request', check);
      check();
    });
  }

  reset(): void {
    for (const list of [this.requests, this.refusals, this.times, this.queue]) list.length = 0;
    this.handler = undefined;
    this.modelsStatus = 200;
    this.modelsRequests = 0;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.headers.authorization !== `Bearer ${this.apiKey}`) {
      const message = `Incorrect API key provided: ${String(request.headers.authorization).slice(7)}.`;
      return send(response, httpError(401, 'invalid_api_key', message));
    }
    if (request.method === 'GET' && request.url === '/v1/models') {
      this.modelsRequests += 1;
      const model = { id: 'gpt-4o-mini', object: 'model', created: 1_721_172_741, owned_by: 'system' };
      const body =
        this.modelsStatus === 200 ? { object: 'list', data: [model] } : { error: { message: 'no' } };
      return send(response, reply.http(this.modelsStatus, body));
    }
    if (request.method !== 'POST' || request.url !== '/v1/chat/completions') {
      return send(response, httpError(404, 'not_found', `Invalid URL (${request.method} ${request.url})`));
    }
    const body = parse(Buffer.concat(chunks).toString('utf8'));
    const wrong = faultOfChatRequest(body);
    if (wrong) {
      this.refusals.push(wrong);
      return send(response, { kind: 'http', status: 400, body: { error: wrong } });
    }
    const accepted = body as ChatRequest;
    this.requests.push(accepted);
    this.times.push(performance.now());
    this.events.emit('request');
    await this.answer(accepted, request, response);
  }

  private async answer(
    accepted: ChatRequest,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const script = this.queue.shift() ?? this.handler;
    if (script === undefined)
      return send(response, httpError(500, 'unscripted', 'The fake has nothing scripted.'));
    let given: FakeReply;
    try {
      given = typeof script === 'function' ? await script(accepted) : script;
    } catch (error) {
      given = httpError(500, 'script_failed', `The test's script threw: ${String(error)}`);
    }
    if (given.kind === 'hang') return;
    if (given.kind === 'stall')
      return void response.writeHead(200, { 'content-type': 'application/json' }).write('{');
    if (given.kind === 'drop') return void request.socket.destroy();
    if (given.kind === 'http') return send(response, given);
    send(response, reply.http(200, this.completion(accepted, given)));
  }

  private completion(request: ChatRequest, given: Extract<FakeReply, { kind: 'message' }>): object {
    this.serial += 1;
    const calls = (given.toolCalls ?? []).map((call, index) => ({
      id: `call_${this.serial}_${index}`,
      type: 'function',
      function: {
        name: call.name,
        arguments: typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments),
      },
    }));
    const prompt = Math.ceil(JSON.stringify(request.messages).length / 4);
    const completion = Math.ceil(((given.content ?? '').length + JSON.stringify(calls).length) / 4);
    return {
      id: `chatcmpl-${this.serial}`,
      object: 'chat.completion',
      created: 1_741_569_952,
      model: request.model,
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: given.content,
            refusal: given.refusal ?? null,
            annotations: [],
            ...(calls.length > 0 ? { tool_calls: calls } : {}),
          },
          logprobs: null,
          finish_reason: given.finish ?? (calls.length > 0 ? 'tool_calls' : 'stop'),
        },
      ],
      usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
    };
  }
}

const send = (response: ServerResponse, given: Extract<FakeReply, { kind: 'http' }> | FakeReply): void => {
  if (given.kind !== 'http') return;
  const body = typeof given.body === 'string' ? given.body : JSON.stringify(given.body);
  response.writeHead(given.status, { 'content-type': 'application/json', ...given.headers }).end(body);
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
