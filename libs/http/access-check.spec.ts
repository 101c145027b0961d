import { Controller, Get, Post } from '@nestjs/common';
import { accessFaultsOf } from './access-check.js';
import { Permission, Public, SignedIn } from './access.decorators.js';
import { Idempotent } from './idempotent.decorator.js';

@Controller()
class Fine {
  @Get() @Public() open(): void {}
  @Get('a') @Permission('bookings:read') guarded(): void {}
  @Get('b') @SignedIn() own(): void {}
  @Post() @Permission('bookings:write') @Idempotent() create(): void {}
  helper(): void {}
}

@Controller()
class Faulty {
  @Get() forgotten(): void {}
  @Get('a') @Public() @Permission('bookings:read') both(): void {}
  @Post() @Public() @Idempotent() nobodysKey(): void {}
}

/** Nest serves inherited handlers too. */
class Heir extends Faulty {}

describe('accessFaultsOf', () => {
  it('finds nothing where each route says its access', () => {
    expect(accessFaultsOf(Fine)).toEqual([]);
  });

  it('names each route that does not', () => {
    expect(accessFaultsOf(Faulty)).toEqual([
      expect.stringMatching(/^Faulty\.forgotten declares no access/),
      expect.stringMatching(/^Faulty\.both is public and asks for a permission/),
      expect.stringMatching(/^Faulty\.nobodysKey is public: an idempotency key needs a tenant/),
    ]);
  });

  it('looks at inherited routes', () => {
    expect(accessFaultsOf(Heir)).toHaveLength(3);
  });
});
