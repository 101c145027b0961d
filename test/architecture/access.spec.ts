import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { assertEveryRouteDeclaresAccess, Public } from '#libs/http';

@Controller('forgotten')
class ForgottenController {
  @Get('reports')
  list(): string {
    return 'for everyone to read';
  }

  @Get('status')
  @Public()
  status(): string {
    return 'fine';
  }
}

@Module({ controllers: [ForgottenController] })
class InnerModule {}

@Module({ imports: [InnerModule] })
class AppModule {}

@Module({})
class EmptyModule {}

describe('the check at the start', () => {
  it.each([
    [
      'refuses an application with a route that declares no access, deep in its modules',
      AppModule,
      /ForgottenController\.list/,
    ],
    ['lets one without such a route start', EmptyModule, null],
  ])('%s', async (_what, module, fault) => {
    const app = await NestFactory.create(module, new FastifyAdapter(), { logger: false });
    try {
      const check = () => assertEveryRouteDeclaresAccess(app);
      if (fault) {
        expect(check).toThrow(fault);
        expect(check).not.toThrow(/ForgottenController\.status/);
      } else expect(check).not.toThrow();
    } finally {
      await app.close();
    }
  });
});
