import { createServer } from 'node:http';

const listen = (server) =>
  new Promise((resolve) => {
    server.keepAliveTimeout = 72_000;
    server.listen(0, '127.0.0.1', () =>
      resolve({
        url: `http://127.0.0.1:${server.address().port}`,
        close: () => {
          server.closeAllConnections();
          server.close();
        },
      }),
    );
  });

const server = (answer) =>
  listen(
    createServer((request, response) => {
      const chunks = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.from(JSON.stringify(answer(JSON.parse(Buffer.concat(chunks)))));
        response
          .writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
          .end(body);
      });
    }),
  );

const MARK = /<\d+>/g;

/** A model that takes no time: it answers at once, with the mark of the last message it was asked about. */
export const startModel = () =>
  server(({ model, messages }) => ({
    id: 'chatcmpl-bench',
    object: 'chat.completion',
    created: 1_763_600_000,
    model,
    choices: [
      {
        index: 0,
        finish_reason: 'stop',
        message: {
          role: 'assistant',
          content: `Thank you for message ${JSON.stringify(messages).match(MARK)?.at(-1)}.`,
          refusal: null,
        },
      },
    ],
    usage: { prompt_tokens: 400, completion_tokens: 10, total_tokens: 410 },
  }));

/** Meta's Graph API as far as a text goes out; `onMessage(to, text)` as each comes in. */
export const startGraph = (onMessage) => {
  let sent = 0;
  return server(({ to, text }) => {
    onMessage(to, text.body);
    sent += 1;
    return {
      messaging_product: 'whatsapp',
      contacts: [{ input: to, wa_id: to }],
      messages: [{ id: `wamid.out${sent}` }],
    };
  });
};
