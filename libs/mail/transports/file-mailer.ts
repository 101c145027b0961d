import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { createTransport } from 'nodemailer';
import type { Clock } from '#libs/kernel';
import { composed } from '../compose.js';
import { type Address, type Mail, Mailer } from '../mailer.js';

/** For a start without any mail service: each mail becomes an .eml file, readable by its owner alone. */
export class FileMailer extends Mailer {
  private readonly logger = new Logger(FileMailer.name);
  private readonly writer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });

  constructor(
    private readonly folder: string,
    private readonly sender: Address,
    private readonly clock: Clock,
  ) {
    super();
  }

  async send(mail: Mail): Promise<void> {
    const { message } = await this.writer.sendMail({
      ...composed(mail, this.sender),
      date: this.clock.now(),
    });
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await writeFile(join(this.folder, `${mail.id}.eml`), message as Buffer, { mode: 0o600 });
    this.logger.log({ mailId: mail.id }, 'no mail service is set: a mail was written to DATA_DIR/mail');
  }
}
