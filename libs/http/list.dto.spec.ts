import { page, ListQueryDto } from './list.dto.js';
import { RequestValidationPipe } from './validation.pipe.js';

describe('page', () => {
  it.each([
    [[], 2, [], false],
    [[1, 2], 2, [1, 2], false],
    [[1, 2, 3], 2, [1, 2], true],
  ])('of %j with limit %i', (rows, limit, data, hasMore) => {
    expect(page(rows, limit)).toEqual({ data, hasMore });
  });
});

describe('ListQueryDto', () => {
  const parse = (query: object) =>
    new RequestValidationPipe().transform(query, { type: 'query', metatype: ListQueryDto });

  it('asks for 20 rows unless told otherwise', async () => {
    expect(await parse({})).toEqual({ limit: 20 });
  });

  it.each([
    ['1', 1],
    ['100', 100],
  ])('takes limit=%s', async (limit, expected) => {
    expect(await parse({ limit })).toMatchObject({ limit: expected });
  });

  it.each(['0', '101', '-1', '2.5', 'ten', ''])('refuses limit=%s', async (limit) => {
    await expect(parse({ limit })).rejects.toMatchObject({
      options: { errors: expect.arrayContaining([expect.objectContaining({ pointer: 'limit' })]) as unknown },
    });
  });

  it('refuses a cursor that is no UUID', async () => {
    await expect(parse({ startingAfter: 'x' })).rejects.toMatchObject({
      options: { errors: [{ pointer: 'startingAfter' }] },
    });
  });
});
