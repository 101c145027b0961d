import { schemaFaults } from '../support/answer-check.js';
import { type ExampleAnswer, ExampleRun } from '../support/example-run.js';
import {
  type DescribedContent,
  DOCUMENT,
  exampleOfParameter,
  examplesOfBody,
  type Operation,
  OPERATIONS,
  shownExamples,
  WEBHOOKS,
} from '../support/examples.js';

const MAILED = 'Its token is good once, and known only from a mail.';

/** Operations that name a member of their body at fault though it is well formed, and why. */
const AT_FAULT: Readonly<Record<string, string>> = {
  verifyEmail: MAILED,
  confirmEmailChange: MAILED,
  resetPassword: MAILED,
  acceptInvitation: MAILED,
  acceptMyInvitation: MAILED,
  confirmMfa: 'Its code is good for half a minute.',
};

/** What these end, others need: they come last, in this order. */
const ENDS = /^(archive|cancel|close|delete|disable|endSession|leave|lift|logOut|release|remove|revoke)/;
const LAST = ['endOtherSessions', 'changePassword', 'updateSecurityPolicy'];

/** What makes things comes before what shows them, and that before what is about one of them. */
const rank = ({ operationId, method, path }: Operation): number =>
  (LAST.indexOf(operationId) + 1) * 1000 +
  (ENDS.test(operationId) ? 100 : 0) +
  (path.split('{').length - 1) * 10 +
  ['POST', 'PUT', 'PATCH', 'GET', 'DELETE'].indexOf(method);

describe('the examples of the API document', () => {
  const everything = [...OPERATIONS, ...WEBHOOKS];
  const faultsOf = (where: string, schema: object | undefined, value: unknown): string[] =>
    schemaFaults(schema ?? {}, value).map((fault) => `${where}: ${fault} (${JSON.stringify(value)})`);
  const bodyFaults = (
    where: string,
    content: Readonly<Record<string, DescribedContent>> | undefined,
    side: 'request' | 'answer',
  ): string[] =>
    Object.entries(content ?? {})
      .filter(([type]) => type.includes('json'))
      .flatMap(([, body]) =>
        examplesOfBody(body, side).flatMap((value) => faultsOf(where, body.schema, value)),
      );

  it('are values of the schemas and properties that show them', () => {
    const shown = Object.entries(DOCUMENT.components.schemas).flatMap(([name, schema]) => [
      ...shownExamples(schema, name),
    ]);
    expect(shown.length).toBeGreaterThan(500);
    expect(shown.flatMap(({ where, schema, value }) => faultsOf(where, schema, value))).toEqual([]);
  });

  it('are values of the parameters', () => {
    const faults = everything.flatMap(({ operationId, parameters = [] }) =>
      parameters.flatMap((each) =>
        faultsOf(`${operationId} ${each.name}`, each.schema, exampleOfParameter(each)),
      ),
    );
    expect(faults).toEqual([]);
  });

  it('are bodies that a request may have', () => {
    const faults = everything.flatMap(({ operationId, requestBody }) =>
      bodyFaults(operationId, requestBody?.content, 'request'),
    );
    expect(faults).toEqual([]);
  });

  it('are bodies that an answer may have', () => {
    const faults = everything.flatMap(({ operationId, responses }) =>
      Object.entries(responses).flatMap(([status, { content }]) =>
        bodyFaults(`${operationId} ${status}`, content, 'answer'),
      ),
    );
    expect(faults).toEqual([]);
  });
});

describe('every operation, sent as its examples show it', () => {
  let run: ExampleRun;
  const done = new Set<string>();

  beforeAll(async () => {
    run = await ExampleRun.start();
  }, 60_000);
  afterAll(() => run.stop());

  /** Pointers into the body that an answer finds fault with. */
  const pointersOf = ({ status, body }: ExampleAnswer): string[] =>
    status === 400 || status === 422
      ? ((body?.['errors'] ?? []) as { pointer: string }[])
          .map(({ pointer }) => pointer)
          .filter((pointer) => pointer === '' || pointer.startsWith('/'))
      : [];

  const inOrder = [...OPERATIONS].sort((a, b) => rank(a) - rank(b));
  it.each(inOrder.map((operation) => [operation.operationId, operation] as const))(
    '%s',
    async (id, operation) => {
      const before = run.host.answers.faults.size;
      const answers = await run.send(operation);
      if (answers.some(({ status }) => status < 300)) done.add(id);
      expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
      expect([...run.host.answers.faults].slice(before)).toEqual([]);
      const atFault = answers.filter((answer) => pointersOf(answer).length > 0);
      if (id in AT_FAULT) expect(atFault).not.toEqual([]);
      else expect(atFault).toEqual([]);
    },
  );

  it('does what it says, for the most part', () => {
    // Else the requests would only prove how they are refused.
    const refused = OPERATIONS.map(({ operationId }) => operationId).filter((id) => !done.has(id));
    expect(refused.length > OPERATIONS.length / 5 ? refused : []).toEqual([]);
  });
});
