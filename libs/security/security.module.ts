import { Global, Module } from '@nestjs/common';
import { Settings } from '#libs/config';
import { PasswordHasher } from './password-hasher.js';
import { Signer } from './signer.js';
import { TokenSigner } from './token-signer.js';

const signer = {
  provide: Signer,
  useFactory: ({ security }: Settings) => {
    if (security.signingKey === null) throw new Error('SIGNING_KEY is not set and none was generated');
    return new Signer([security.signingKey, ...security.signingKeysBefore]);
  },
  inject: [Settings],
};

/** Passwords, access tokens and signatures, for everyone. */
@Global()
@Module({
  providers: [PasswordHasher, TokenSigner, signer],
  exports: [PasswordHasher, TokenSigner, Signer],
})
export class SecurityModule {}
