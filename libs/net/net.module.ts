import { Global, Module } from '@nestjs/common';
import { Settings } from '#libs/config';
import { parseNetwork } from './address-policy.js';
import { OutgoingHttp } from './outgoing-http.js';
import { dnsResolver } from './resolver.js';

/** Calls to URLs that tenants give, for everyone. */
@Global()
@Module({
  providers: [
    {
      provide: OutgoingHttp,
      inject: [Settings],
      useFactory: ({ outgoing, process }: Settings) =>
        new OutgoingHttp({
          policy: {
            allowedNetworks: outgoing.allowedNetworks.map(parseNetwork),
            allowedPorts: outgoing.allowedPorts,
            httpsOnly: process.environment === 'production',
          },
          resolve: dnsResolver(outgoing.connectTimeoutMs),
          connectTimeoutMs: outgoing.connectTimeoutMs,
          timeoutMs: outgoing.timeoutMs,
          maxResponseBytes: outgoing.maxResponseBytes,
        }),
    },
  ],
  exports: [OutgoingHttp],
})
export class NetModule {}
