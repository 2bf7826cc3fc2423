// The presence feed for a web app: examples/sse-feed.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { places, startExample, type Example } from './example.ts';

interface Told {
  readonly event: string;
  readonly data: unknown;
}

/** What a feed says, one event after the other. */
async function* eventsOf(url: string, signal: AbortSignal): AsyncGenerator<Told> {
  const response = await fetch(url, { signal });
  let rest = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const [event = '', data = ''] = block.split('\n').map((line) => line.replace(/^\w+: /, ''));
      yield { event, data: JSON.parse(data) };
    }
  }
}

async function until(events: AsyncGenerator<Told>, wanted: object): Promise<Told> {
  for (;;) {
    const { value } = (await events.next()) as { value: Told | undefined };
    if (value === undefined) throw new Error('the feed ended');
    const data = value.data as Record<string, unknown>;
    if (Object.entries(wanted).every(([key, of]) => data[key] === of)) return value;
  }
}

describe.each(places)('with the engine %s', (place) => {
  let example: Example;
  let url: string;
  const gone = new AbortController();
  beforeAll(async () => {
    example = await startExample('examples/sse-feed/server.mjs', place);
    url = (await example.process.waitForLine(/http:\/\/127\.0\.0\.1:\d+/))[0];
  });
  afterAll(async () => {
    gone.abort();
    await example.stop();
  });

  const say = async (as: string, status: object) => {
    const reply = await fetch(`${url}/status?as=${as}`, {
      method: 'POST',
      body: JSON.stringify(status),
    });
    return reply.status;
  };

  test('a feed tells everyone`s presence at once, then each change', async () => {
    expect(await say('bob', { status: 'Here' })).toBe(204);
    // From the first feed on, alice and bob see each other.
    const first = eventsOf(`${url}/feed?as=alice`, gone.signal);
    await until(first, { status: 'Here' });

    const feed = eventsOf(`${url}/feed?as=alice`, gone.signal);
    const { value } = (await feed.next()) as { value: Told };
    expect(value).toMatchObject({
      event: 'snapshot',
      data: {
        epoch: expect.any(Number) as unknown,
        missing: [],
        users: expect.arrayContaining([
          expect.objectContaining({
            user: 'bob@localhost',
            atMs: expect.any(Number) as unknown,
            devices: [expect.objectContaining({ status: 'Here' })],
          }),
        ]) as unknown,
      },
    });
    expect(await say('bob', { show: 'away', status: 'Lunch' })).toBe(204);
    expect(await until(feed, { status: 'Lunch' })).toMatchObject({
      event: 'change',
      data: { available: true, show: 'away' },
    });
    expect(await say('bob', { gone: true })).toBe(204);
    const { data } = await until(feed, { available: false });
    expect((data as { from: string }).from).toMatch(/^bob@localhost\//);
  });

  test('strangers, and what is no status, are refused', async () => {
    expect((await fetch(`${url}/feed?as=mallory`)).status).toBe(401);
    expect(await say('mallory', { status: 'x' })).toBe(401);
    const broken = await fetch(`${url}/status?as=bob`, { method: 'POST', body: '{' });
    expect(broken.status).toBe(400);
    expect(await say('bob', { status: 'x'.repeat(5000) })).toBe(413);
    expect((await fetch(`${url}/elsewhere?as=bob`)).status).toBe(404);
  });
});
