import { Global, Module } from '@nestjs/common';
import { Settings } from '#libs/config';
import { PasswordHasher } from './password-hasher.js';
import { SecretBox } from './secret-box.js';
import { TokenSigner } from './token-signer.js';

const secretBox = {
  provide: SecretBox,
  useFactory: ({ security }: Settings) => new SecretBox(security.secretKey),
  inject: [Settings],
};

/** Passwords, access tokens and secrets at rest, for everyone. */
@Global()
@Module({
  providers: [PasswordHasher, TokenSigner, secretBox],
  exports: [PasswordHasher, TokenSigner, SecretBox],
})
export class SecurityModule {}
