import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

const TXT = 16;
const CNAME = 5;
const SERVFAIL = 2;
const NXDOMAIN = 3;

const nameOf = (text: string): Buffer =>
  Buffer.concat([
    ...text.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])),
    Buffer.from([0]),
  ]);

/** A name server on loopback (RFC 1035, section 4) that knows TXT and CNAME records, and can be down. */
export class FakeDns {
  readonly txt = new Map<string, string[]>();
  readonly cname = new Map<string, string>();
  readonly asked: string[] = [];
  failing = false;

  private constructor(private readonly socket: Socket) {
    socket.on('message', (query, from) => socket.send(this.answer(query), from.port, from.address));
  }

  static async start(): Promise<FakeDns> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new FakeDns(socket);
  }

  get address(): string {
    return `127.0.0.1:${(this.socket.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.socket.close();
    await once(this.socket, 'close');
  }

  private answer(query: Buffer): Buffer {
    const labels: string[] = [];
    let at = 12;
    for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
      labels.push(query.toString('latin1', at + 1, at + 1 + length));
      at += 1 + length;
    }
    const question = query.subarray(12, at + 5);
    const type = query.readUInt16BE(at + 1);
    const name = labels.join('.').toLowerCase();
    this.asked.push(name);
    const records = this.failing ? [] : this.recordsOf(name, type);
    const code = this.failing ? SERVFAIL : records.length > 0 || this.knows(name) ? 0 : NXDOMAIN;
    const head = Buffer.alloc(12);
    query.copy(head, 0, 0, 2);
    head.writeUInt16BE(0x8180 | code, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(records.length, 6);
    const answers = records.map((data) => {
      const record = Buffer.alloc(12);
      record.writeUInt16BE(0xc00c, 0);
      record.writeUInt16BE(type, 2);
      record.writeUInt16BE(1, 4);
      record.writeUInt32BE(60, 6);
      record.writeUInt16BE(data.length, 10);
      return Buffer.concat([record, data]);
    });
    return Buffer.concat([head, question, ...answers]);
  }

  private knows(name: string): boolean {
    return this.txt.has(name) || this.cname.has(name);
  }

  private recordsOf(name: string, type: number): Buffer[] {
    const target = this.cname.get(name);
    if (type === CNAME) return target === undefined ? [] : [nameOf(target)];
    if (type !== TXT) return [];
    return (this.txt.get(name) ?? []).map((text) =>
      Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]),
    );
  }
}
