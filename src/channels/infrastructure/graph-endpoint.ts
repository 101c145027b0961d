import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { AddressInfo } from 'node:net';
import { Settings } from '#libs/config';

const META = 'https://graph.facebook.com';

/** Whether sends go to the built-in sandbox: nobody set a Graph API, nor a token for the real one. Never in production. */
export const usesSandbox = ({ meta, process }: Pick<Settings, 'meta' | 'process'>): boolean =>
  process.environment !== 'production' && meta.graphUrl === null && meta.accessToken === null;

/** Where the Graph API is: the setting, Meta, or the sandbox in this very process, whose port may be any. */
@Injectable()
export class GraphEndpoint {
  constructor(
    private readonly settings: Settings,
    private readonly host: HttpAdapterHost,
  ) {}

  get url(): string {
    if (!usesSandbox(this.settings)) return this.settings.meta.graphUrl ?? META;
    const server = this.host.httpAdapter.getHttpServer() as { address(): AddressInfo | string | null };
    const address = server.address();
    const port = address !== null && typeof address === 'object' ? address.port : this.settings.http.port;
    return `http://127.0.0.1:${port}/sandbox/meta`;
  }
}
