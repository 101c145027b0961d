import { SMTPServer } from 'smtp-server';
import { eventually } from './eventually.js';

export interface ReceivedMail {
  readonly to: string;
  readonly headers: string;
  readonly text: string;
  readonly html: string;
}

const decodePart = (part: string): string => {
  const [head = '', ...rest] = part.split('\r\n\r\n');
  const body = rest.join('\r\n\r\n');
  if (/transfer-encoding: base64/i.test(head)) return Buffer.from(body, 'base64').toString('utf8');
  if (!/transfer-encoding: quoted-printable/i.test(head)) return body;
  const bytes = body.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => `%${hex}`);
  return decodeURIComponent(bytes.replace(/%(?![0-9A-F]{2})/g, '%25'));
};

const parse = (to: string, raw: string): ReceivedMail => {
  const [headers = ''] = raw.split('\r\n\r\n', 1);
  const boundary = /boundary="([^"]+)"/.exec(headers)?.[1] ?? '';
  const [, text = '', html = ''] = raw.split(`--${boundary}`);
  return { to, headers, text: decodePart(text.trimStart()), html: decodePart(html.trimStart()) };
};

/** A real SMTP server on loopback. `refuseWith` makes it answer the next mails with that code. */
export class MailServer {
  readonly mails: ReceivedMail[] = [];
  readonly refusals: number[] = [];

  private constructor(
    private readonly server: SMTPServer,
    readonly url: string,
  ) {}

  static async start(): Promise<MailServer> {
    const held: { self?: MailServer } = {};
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData(stream, session, done) {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const refusal = held.self?.refusals.shift();
          if (refusal !== undefined) {
            done(Object.assign(new Error('refused for the test'), { responseCode: refusal }));
            return;
          }
          held.self?.mails.push(
            parse(session.envelope.rcptTo[0]?.address ?? '', Buffer.concat(chunks).toString('utf8')),
          );
          done();
        });
      },
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    held.self = new MailServer(server, `smtp://127.0.0.1:${port}`);
    return held.self;
  }

  /** The newest mail to an address that `fits`, once it is there. */
  mailTo(to: string, fits: (mail: ReceivedMail) => boolean = () => true): Promise<ReceivedMail> {
    return eventually(`a mail to ${to}`, () =>
      this.mails.findLast((mail) => mail.to === to.toLowerCase() && fits(mail)),
    );
  }

  /** The token of the newest link of a kind, such as `verify-email`, mailed to an address. */
  async tokenTo(to: string, page: string, not = ''): Promise<string> {
    const find = (mail: ReceivedMail) =>
      new RegExp(`/account/${page}#token=([\\w-]+)`).exec(mail.text)?.[1] ?? '';
    const mail = await this.mailTo(to, (each) => find(each) !== '' && find(each) !== not);
    return find(mail);
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
