import { Type } from 'class-transformer';
import { ArrayMinSize, IsInt, IsString, MaxLength, ValidateNested } from 'class-validator';
import { newId } from '#libs/kernel';
import { detailsOf, RequestValidationPipe } from './validation.pipe.js';

class ItemDto {
  @IsInt()
  count: number;
}

class OrderDto {
  @IsString()
  @MaxLength(5)
  name: string;

  @ValidateNested({ each: true })
  @Type(() => ItemDto)
  @ArrayMinSize(1)
  items: ItemDto[];
}

const pipe = new RequestValidationPipe();
const body = (value: unknown) => pipe.transform(value, { type: 'body', metatype: OrderDto });
const faults = async (promise: Promise<unknown>): Promise<unknown> => {
  const error: unknown = await promise.then(
    () => 'accepted',
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ kind: 'invalid', code: 'http.validation_failed' });
  return (error as { options: { errors: { pointer: string }[] } }).options.errors.map(
    ({ pointer }) => pointer,
  );
};

describe('RequestValidationPipe', () => {
  it('makes the DTO of what fits', async () => {
    const order = await body({ name: 'Anna', items: [{ count: 2 }] });
    expect(order).toBeInstanceOf(OrderDto);
    expect(order).toMatchObject({ items: [expect.any(ItemDto)] });
  });

  it('points to each fault, into objects and arrays', async () => {
    expect(await faults(body({ name: 'too long', items: [{ count: 1 }, { count: 'x' }] }))).toEqual([
      '/name',
      '/items/1/count',
    ]);
  });

  it('points to what it does not know', async () => {
    expect(await faults(body({ name: 'Anna', items: [{ count: 1, price: 3 }], admin: true }))).toEqual([
      '/admin',
      '/items/0/price',
    ]);
  });

  it('escapes a pointer', () => {
    const error = { property: 'a/b~c', constraints: { rule: 'is wrong' }, children: [] };
    expect(detailsOf([error], true)).toEqual([{ pointer: '/a~1b~0c', detail: 'is wrong' }]);
    expect(detailsOf([error], false)).toEqual([{ pointer: 'a/b~c', detail: 'is wrong' }]);
  });

  it.each([
    ['a list', []],
    ['a number', 3],
    ['a text', 'x'],
    ['nothing', null],
  ])('refuses %s in place of an object', async (_what, value) => {
    expect(await faults(body(value))).toEqual(['']);
  });

  it('takes no body at all for an empty one, and names what it lacks', async () => {
    const lacks = (await faults(body(undefined))) as string[];
    expect(new Set(lacks)).toEqual(new Set(['/name', '/items']));
  });

  it('is not fooled by a prototype', async () => {
    expect(await faults(body(JSON.parse('{"__proto__":{"name":"Anna","items":[{"count":1}]}}')))).toContain(
      '/__proto__',
    );
  });

  it.each(['id', 'threadId'])('wants a UUID in the path parameter %s', async (data) => {
    const id = newId();
    expect(await pipe.transform(id, { type: 'param', data, metatype: String })).toBe(id);
    expect(await faults(pipe.transform('42', { type: 'param', data, metatype: String }))).toEqual([data]);
  });

  it('leaves other path parameters alone', async () => {
    expect(await pipe.transform('42', { type: 'param', data: 'slug', metatype: String })).toBe('42');
  });

  it('answers a hundred faults at most', async () => {
    const items = Array.from({ length: 500 }, () => ({ count: 'x' }));
    expect(await faults(body({ name: 'Anna', items }))).toHaveLength(100);
  });
});
