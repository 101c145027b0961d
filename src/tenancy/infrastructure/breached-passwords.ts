import { createHash } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { Settings } from '#libs/config';
import { Metrics } from '#libs/observability';

/** Characters of the hash that leave the house: what the service learns is one of a million ranges. */
const PREFIX = 5;
/** A padded range has 1,000 lines of some 45 bytes. */
const LARGEST_ANSWER = 1_000_000;
const LINE = /^([0-9A-F]{35}):(\d+)$/;

/**
 * Whether a password is in the hands of attackers, as a range service of the operator's choice knows it ("Pwned Passwords":
 * `GET {base}/range/{prefix}`, a line `SUFFIX:COUNT` for each hash; padding has the count 0). OWASP ASVS 5.0, 6.2.12.
 */
@Injectable()
export class BreachedPasswords {
  private readonly logger = new Logger(BreachedPasswords.name);
  private readonly checks;

  constructor(
    private readonly settings: Settings,
    metrics: Metrics,
  ) {
    this.checks = metrics.counter({
      name: 'frontdesk_breached_password_checks_total',
      help: 'Look-ups of new passwords among breached ones, by outcome',
      labelNames: ['outcome'],
    });
  }

  /**
   * False also when no service is set, or when it does not answer: nobody is kept out because it is down. A network call; not inside a
   * unit of work.
   */
  async has(password: string): Promise<boolean> {
    const { breachedPasswordsUrl: base } = this.settings.accounts;
    if (base === null) return false;
    const hash = createHash('sha1').update(password, 'utf8').digest('hex').toUpperCase();
    const signal = AbortSignal.timeout(this.settings.accounts.breachedPasswordsTimeoutMs);
    try {
      const range = await this.range(`${base}/range/${hash.slice(0, PREFIX)}`, signal);
      const breached = (range.get(hash.slice(PREFIX)) ?? 0) > 0;
      this.checks.inc({ outcome: breached ? 'breached' : 'unknown' });
      return breached;
    } catch (error) {
      this.checks.inc({ outcome: 'unavailable' });
      // The prefix is in no log: with the time of the request it would narrow a person's password down.
      const reason = error instanceof Unusable ? error.message : signal.aborted ? 'timeout' : 'unreachable';
      this.logger.warn({ reason }, 'a password was taken without a look among breached ones');
      return false;
    }
  }

  private async range(url: string, signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
    const answer = await fetch(url, {
      headers: { 'user-agent': 'Frontdesk/1.0 (password policy)', 'add-padding': 'true' },
      redirect: 'error',
      signal,
    });
    if (answer.status !== 200) {
      await answer.body?.cancel();
      throw new Unusable(`http_${answer.status}`);
    }
    const lines = (await textOf(answer)).split(/\r?\n/).filter((line) => line !== '');
    const counts = lines.map((line) => {
      const [, suffix, count] = LINE.exec(line.toUpperCase()) ?? [];
      if (suffix === undefined) throw new Unusable('answer_invalid');
      return [suffix, Number(count)] as const;
    });
    // Every range of the real service has hundreds: none is no answer.
    if (counts.length === 0) throw new Unusable('answer_invalid');
    return new Map(counts);
  }
}

class Unusable extends Error {}

const textOf = async ({ body }: Response): Promise<string> => {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += piece.byteLength;
    if (size > LARGEST_ANSWER) throw new Unusable('answer_too_large');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
};
