import { Query } from '@nestjs/cqrs';

export interface PublicBranding {
  tenantId: string;
  /** The business's name for its customers. */
  displayName: string;
  /** Each `#rrggbb`, or null for the page's own. */
  colors: {
    primary: string | null;
    onPrimary: string | null;
    background: string | null;
    text: string | null;
  };
  /** Paths on the host that was asked; null without such a picture. */
  logoUrl: string | null;
  faviconUrl: string | null;
  stylesheetUrl: string;
  support: { email: string | null; phone: string | null; url: string | null };
  /** Whether "Powered by Frontdesk" is shown. */
  poweredBy: boolean;
}

/** How the business of the context looks to its customers. Error: `tenant.not_found`. */
export class PublicBrandingQuery extends Query<PublicBranding> {}

/** As whom the business of the context writes e-mail, right now. */
export interface EffectiveSender {
  /** `address` is null for the installation's own address; it is never one that the business has not proved. */
  from: { name: string; address: string | null };
  replyTo: string | null;
  /** The business's own server, to be reached through `SmtpTransports`; null for the installation's. */
  smtp: {
    host: string;
    port: number;
    /** `tls` from the first byte, or `starttls`, without which nothing is sent. */
    security: 'tls' | 'starttls';
    username: string | null;
    password: string | null;
  } | null;
}

/** Holds a password: never to be logged, answered or put into an event. */
export class GetSenderQuery extends Query<EffectiveSender> {}
