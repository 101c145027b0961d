import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';

/** OWASP Password Storage Cheat Sheet, argon2id: 19 MiB, 2 passes, 1 lane. The library's default algorithm is argon2id. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** The hash of a thrown-away random password, made with PARAMETERS: checking it costs what checking a real one costs. */
const NOBODY =
  '$argon2id$v=19$m=19456,t=2,p=1$UYvcGoW/nEEgCGJDsGZO4A$PGZARw4QElthGIcxBOfy9xMiZNhoKj7/qD79X6Sw7bc';

@Injectable()
export class PasswordHasher {
  hash(password: string): Promise<string> {
    return hash(password, PARAMETERS);
  }

  /** False for null too (an unknown account), after the same work, so that the time does not tell who has an account. */
  async verify(stored: string | null, password: string): Promise<boolean> {
    const matches = await verify(stored ?? NOBODY, password);
    return stored !== null && matches;
  }
}
