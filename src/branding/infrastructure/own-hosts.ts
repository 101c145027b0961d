import { Injectable } from '@nestjs/common';
import { Settings } from '#libs/config';

/** The host names of the installation itself. */
@Injectable()
export class OwnHosts {
  /** Those that somebody has named. */
  readonly named: readonly string[];

  constructor({ http }: Settings) {
    const { publicUrl, allowedHosts } = http;
    this.named = [...(publicUrl === null ? [] : [new URL(publicUrl).hostname]), ...allowedHosts];
  }

  /**
   * Addresses and `localhost` always: probes use them, and no DNS name of an attacker can be one (that is what rebinding
   * needs). Names without a dot, as containers have, only while nobody has named any.
   */
  has(host: string): boolean {
    if (this.named.includes(host) || host === 'localhost' || host.endsWith('.localhost')) return true;
    if (host.startsWith('[') || /^\d+(\.\d+){3}$/.test(host)) return true;
    return this.named.length === 0 && !host.includes('.');
  }
}
