import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { Settings } from '#libs/config';
import { newId } from '#libs/kernel';

const AUDIENCE = 'frontdesk:webchat';
const LIFE = '180d';

export interface Visitor {
  readonly visitorId: string;
  readonly token: string;
}

/** Who a browser is, without a sign-up: a random id in a token that we signed, bound to one web chat. */
@Injectable()
export class VisitorTokens {
  private readonly jwt: JwtService;

  constructor(settings: Settings) {
    this.jwt = new JwtService({
      secret: settings.security.jwtSecret ?? '',
      signOptions: { audience: AUDIENCE, algorithm: 'HS256', expiresIn: LIFE },
      verifyOptions: { audience: AUDIENCE, algorithms: ['HS256'] },
    });
  }

  /** The visitor of a token that is ours, of this chat and not expired; otherwise a new one. */
  resolve(account: string, token: unknown): Visitor {
    const known = typeof token === 'string' ? this.verify(account, token) : null;
    if (known && typeof token === 'string') return { visitorId: known, token };
    const visitorId = newId();
    return { visitorId, token: this.jwt.sign({ account }, { subject: visitorId }) };
  }

  private verify(account: string, token: string): string | null {
    try {
      const claims = this.jwt.verify<{ sub: string; account: string }>(token);
      return claims.account === account ? claims.sub : null;
    } catch {
      return null;
    }
  }
}
