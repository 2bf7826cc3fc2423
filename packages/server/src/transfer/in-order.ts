// Work on several items at once, with results in the order of the items.

/** At most `atOnce` are under way or waiting to be taken. A rejection ends the iteration. */
export async function* mapInOrder<In, Out>(
  items: AsyncIterable<In>,
  atOnce: number,
  work: (item: In) => Promise<Out>,
): AsyncGenerator<Out> {
  const underWay: Promise<Out>[] = [];
  for await (const item of items) {
    const result = work(item);
    // Whoever takes it handles the rejection; until then it is not a stray one.
    result.catch(() => undefined);
    underWay.push(result);
    const oldest = underWay.length >= atOnce ? underWay.shift() : undefined;
    if (oldest !== undefined) yield await oldest;
  }
  for (const result of underWay) yield await result;
}
