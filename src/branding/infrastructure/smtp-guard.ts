import { lookup } from 'node:dns/promises';
import { Injectable } from '@nestjs/common';
import ipaddr from 'ipaddr.js';
import { Settings } from '#libs/config';
import { DomainError, ProviderError } from '#libs/kernel';

const PORTS = new Set([25, 465, 587, 2525]);

/** The one place that says which SMTP servers of businesses may be reached. */
@Injectable()
export class SmtpGuard {
  constructor(private readonly settings: Settings) {}

  /** What can be said without asking the DNS. Error: `branding.smtp_host_refused` (422). */
  assertPlausible(host: string, port: number): void {
    if (this.settings.sender.allowPrivateHosts) return;
    if (!PORTS.has(port)) throw refused('/smtp/port', `port must be one of ${[...PORTS].join(', ')}`);
    const name = host.replace(/^\[|\]$/g, '');
    if (
      ipaddr.isValid(name)
        ? !isPublic(name)
        : !host.includes('.') || /\.(local|internal|localhost)$/.test(host)
    )
      throw refused('/smtp/host', 'host must be a server that the public network reaches');
  }

  /**
   * The address to connect to. Every address of the host must be public, and it is that address which is connected to, not
   * the name again, whose answer could be another one by then. Error: `branding.smtp_host_refused` (422).
   */
  async addressOf(host: string, port: number): Promise<string> {
    this.assertPlausible(host, port);
    const addresses = await lookup(host, { all: true }).catch(() => {
      throw new ProviderError('smtp', 'transient', 'the SMTP host has no address');
    });
    const [first] = addresses;
    if (!first) throw new ProviderError('smtp', 'transient', 'the SMTP host has no address');
    if (!this.settings.sender.allowPrivateHosts && !addresses.every(({ address }) => isPublic(address)))
      throw refused('/smtp/host', 'host leads into a private network');
    return first.address;
  }

  /** Whether the server at this address must have a certificate that is good: all but those of one's own network, where they are let in. */
  needsCertificate(address: string): boolean {
    return !this.settings.sender.allowPrivateHosts || isPublic(address);
  }
}

/** `unicast` of ipaddr.js: neither private, loopback, link-local, shared, reserved nor multicast; 4-in-6 as its IPv4. */
const isPublic = (address: string): boolean => ipaddr.process(address).range() === 'unicast';

const refused = (pointer: string, detail: string): DomainError =>
  DomainError.invalid('branding.smtp_host_refused', pointer, `${detail}.`);
