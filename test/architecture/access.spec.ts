import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { assertEveryRouteDeclaresAccess, configureHttp, Public } from '#libs/http';

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
  const create = (module: typeof AppModule): Promise<NestFastifyApplication> =>
    NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), { logger: false });

  it('refuses an application with a route that declares no access, deep in its modules', async () => {
    const app = await create(AppModule);
    const refusal = await configureHttp(app).then(
      () => 'started',
      (error: unknown) => (error as Error).message,
    );
    expect(refusal).toMatch(/ForgottenController\.list declares no access/);
    expect(refusal).not.toMatch(/ForgottenController\.status/);
    await app.close();
  });

  it('lets one without such a route start', async () => {
    const app = await create(EmptyModule);
    expect(() => assertEveryRouteDeclaresAccess(app)).not.toThrow();
    await app.close();
  });
});
