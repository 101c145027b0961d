export interface Address {
  readonly address: string;
  readonly name?: string;
}

export interface Mail {
  /** A UUID. A mail that is sent again carries the same Message-ID, so that receivers can tell. */
  readonly id: string;
  readonly to: Address;
  /** The installation's sender (MAIL_FROM) when absent. */
  readonly from?: Address;
  readonly replyTo?: Address;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/**
 * Sends one mail. It talks to the network: never call it inside a unit of work. Failures are `ProviderError`s: `transient`,
 * `rate-limited`, `unknown-outcome` (try again), `auth-revoked` (the operator must act), `rejected` (never again).
 */
export abstract class Mailer {
  abstract send(mail: Mail): Promise<void>;
}
