import { currency, flag, integer, list, optionalSecret, optionalText, optionalUrl } from './setting.js';

/** Settings of custom domains, of businesses' own senders and of referrals. */
export const BRANDING_CATALOGUE = {
  domains: {
    resolvers: [
      'DNS_RESOLVERS',
      list(
        'Addresses of the DNS servers that prove custom domains, such as 1.1.1.1 or 127.0.0.1:5353; the system’s when empty.',
        (server) => /^(\[[\da-f:]+\]|[\d.]+)(:\d{1,5})?$|^[\da-f:]+$/i.test(server),
        'IP addresses, each with a port if it is not 53',
      ),
    ],
    dnsTimeoutMs: [
      'DNS_TIMEOUT_MS',
      integer(3_000, { min: 50, max: 30_000 }, 'Longest wait for one DNS server.'),
    ],
    cnameTarget: [
      'DOMAINS_CNAME_TARGET',
      optionalText(
        'Host that custom domains are to point to by CNAME, as businesses are told; shown, not demanded.',
      ),
    ],
    claimDays: [
      'DOMAINS_CLAIM_DAYS',
      integer(7, { min: 1, max: 90 }, 'How long a business has to prove a domain that it claims.'),
    ],
    recheckHours: [
      'DOMAINS_RECHECK_HOURS',
      integer(24, { min: 1, max: 720 }, 'How often the proof of a domain is looked for again.'),
    ],
    graceHours: [
      'DOMAINS_GRACE_HOURS',
      integer(
        72,
        { min: 1, max: 720 },
        'How long a domain without its proof goes on before it is suspended.',
      ),
    ],
    cacheMs: [
      'DOMAINS_CACHE_MS',
      integer(10_000, { min: 0, max: 300_000 }, 'How long a process remembers whose a host is.'),
    ],
    tlsAskSecret: [
      'TLS_ASK_SECRET',
      optionalSecret(
        'Opens GET /internal/tls/ask to the proxy that issues certificates, as the password of Basic credentials; private networks alone when empty.',
        16,
      ),
    ],
  },
  sender: {
    allowPrivateHosts: [
      'SENDER_ALLOW_PRIVATE_HOSTS',
      flag(
        false,
        'Let a business name an SMTP server of a private network, on any port; never where strangers sign up.',
      ),
    ],
    timeoutMs: [
      'SENDER_TIMEOUT_MS',
      integer(10_000, { min: 100, max: 60_000 }, 'Longest wait for an SMTP server of a business.'),
    ],
    testsPerHour: [
      'SENDER_TESTS_PER_HOUR',
      integer(10, { min: 1, max: 1000 }, 'Test messages that a business may send.'),
    ],
  },
  referrals: {
    signUpUrl: [
      'SIGN_UP_URL',
      optionalUrl(
        ['http:', 'https:'],
        'The page that businesses sign up at; referral links lead there with ?ref=<code>. PUBLIC_URL/sign-up when empty.',
      ),
    ],
    referrerReward: [
      'REFERRAL_REFERRER_REWARD',
      integer(5_000, { min: 0, max: 100_000_000 }, 'For the business that refers another, in minor units.'),
    ],
    referredReward: [
      'REFERRAL_REFERRED_REWARD',
      integer(2_500, { min: 0, max: 100_000_000 }, 'For the business that was referred, in minor units.'),
    ],
    currency: ['REFERRAL_CURRENCY', currency('EUR', 'ISO 4217 currency of both rewards.')],
    ripeDays: [
      'REFERRAL_RIPE_DAYS',
      integer(
        14,
        { min: 0, max: 365 },
        'Age at which a referred business with a verified address earns them.',
      ),
    ],
    overDays: [
      'REFERRAL_OVER_DAYS',
      integer(90, { min: 1, max: 730 }, 'Age at which they are void when the address was never verified.'),
    ],
  },
} as const;
