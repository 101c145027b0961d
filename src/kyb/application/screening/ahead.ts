/** The same items, each asked for while the one before is still being worked on. What it is given ends when its reader does. */
export async function* ahead<T>(items: AsyncGenerator<T, void>): AsyncGenerator<T> {
  const ask = (): Promise<IteratorResult<T, void>> => {
    const next = items.next();
    // It is awaited later, if ever: until then nobody would hear of its error.
    next.catch(() => undefined);
    return next;
  };
  try {
    for (let next = ask(); ;) {
      const item = await next;
      if (item.done) return;
      next = ask();
      yield item.value;
    }
  } finally {
    await items.return(undefined);
  }
}
