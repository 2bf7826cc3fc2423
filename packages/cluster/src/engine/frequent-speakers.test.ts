/** Lists of hearers save looking up; what anybody is told must be the same without them. */
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { defaultClusterLimits } from '../limits/cluster-limits.ts';
import { noMetrics, type CounterName } from '../metrics/metrics.ts';
import { EmbeddedWorld } from '../testing/embedded-world.ts';
import { jid, TestClient } from '../testing/test-client.ts';

const users = ['ann', 'ben', 'cat', 'dan'].map((name) => jid(`${name}@localhost`));
const [ann, ben, cat] = users as [(typeof users)[0], (typeof users)[0], (typeof users)[0]];
const resources = ['a', 'b'];

/** Four users who are contacts of each other, and whatever their clients do. */
class Company {
  readonly world = new EmbeddedWorld();
  readonly counted = new Map<CounterName, number>();
  places = () => 0;
  readonly #clients = new Map<string, TestClient>();
  /** By address, over all sessions that had it. */
  readonly #told = new Map<string, string[]>();
  #words = 0;

  static async gather(hearersKept: number): Promise<Company> {
    const company = new Company();
    const { world, counted } = company;
    await world.launch({
      limits: { hearersKept },
      rules: { presenceBurst: 1_000 },
      metrics: {
        ...noMetrics,
        count: (name, by = 1) => void counted.set(name, (counted.get(name) ?? 0) + by),
        gauge: (name, read) => {
          if (name === 'hearers_kept') company.places = read;
        },
      },
    });
    await world.addUsers(...users);
    for (const user of users) {
      const others = users.filter((other) => other !== user);
      const roster = others.map((other) => ({ jid: other, state: 'Both', groups: [] }) as const);
      await world.settling(world.server.admin.importUser({ jid: user, roster }));
    }
    return company;
  }

  client(user: string, resource: string): TestClient | undefined {
    return this.#clients.get(`${user}/${resource}`);
  }

  async login(user: string, resource: string): Promise<void> {
    const address = `${user}/${resource}`;
    if (this.#clients.has(address)) return;
    this.#clients.set(address, await this.world.login(jid(user), resource));
  }

  async comes(user: string, resource: string): Promise<void> {
    await this.login(user, resource);
    this.says(user, resource);
    await this.world.settle();
  }

  says(user: string, resource: string): void {
    this.client(user, resource)?.status(`${++this.#words}`);
  }

  goes(user: string, resource: string): void {
    this.client(user, resource)?.end();
    this.#keepTold();
    this.#clients.delete(`${user}/${resource}`);
  }

  blocks(user: string, resource: string, verb: 'block' | 'unblock', other: string): void {
    const content = `<${verb} xmlns='urn:xmpp:blocking'><item jid='${other}'/></${verb}>`;
    this.client(user, resource)?.send({ kind: 'iq', type: 'set', id: 'b', content });
  }

  /** Shows that resource nothing from now on. */
  hides(user: string, resource: string, from: string): void {
    const query = (content: string) => `<query xmlns='jabber:iq:privacy'>${content}</query>`;
    const item = `<item type='jid' value='${from}' action='deny' order='1'><presence-out/></item>`;
    const contents = [`<list name='hides'>${item}</list>`, `<active name='hides'/>`].map(query);
    for (const [at, content] of contents.entries())
      this.client(user, resource)?.send({ kind: 'iq', type: 'set', id: `p${at}`, content });
  }

  /** What every client was told since the last time. */
  told(): ReadonlyMap<string, readonly string[]> {
    this.#keepTold();
    const told = new Map(this.#told);
    this.#told.clear();
    return told;
  }

  #keepTold(): void {
    for (const [address, client] of this.#clients)
      this.#told.set(address, [...(this.#told.get(address) ?? []), ...client.take()]);
  }
}

type Deed = (company: Company) => void | Promise<void>;

const user = fc.constantFrom<string>(...users);
const resource = fc.constantFrom(...resources);
const pause = fc.constantFrom(0, 0, 500, 3_000, 11_000, 61_000);

const says = fc
  .record({ user, resource, times: fc.constantFrom(1, 1, 4) })
  .map(({ user, resource, times }): Deed => (company) => {
    for (let time = 0; time < times; time += 1) company.says(user, resource);
  });
const comesOrGoes = fc
  .record({ user, resource, how: fc.constantFrom('in', 'out', 'hides') })
  .map(({ user, resource, how }): Deed => async (company) => {
    if (how === 'in') await company.login(user, resource);
    else if (how === 'out') company.goes(user, resource);
    else company.client(user, resource)?.presence({ type: 'unavailable' });
  });
const blocks = fc
  .record({ user, resource, verb: fc.constantFrom('block', 'unblock'), other: user })
  .map(({ user, resource, verb, other }): Deed => (company) => {
    if (user !== other) company.blocks(user, resource, verb, other);
  });
const subscriptionTypes = ['subscribe', 'subscribed', 'unsubscribe', 'unsubscribed'] as const;
const subscribes = fc
  .record({ user, resource, type: fc.constantFrom(...subscriptionTypes), other: user })
  .map(({ user, resource, type, other }): Deed => (company) => {
    if (user !== other) company.client(user, resource)?.subscription(type, jid(other));
  });
/** An error silences whom it is sent to; directed presence is no broadcast, and is told beside it. */
const tells = fc
  .record({ user, resource, type: fc.constantFrom('error', undefined), other: user, at: resource })
  .map(({ user, resource, type, other, at }): Deed => (company) => {
    const to = company.client(other, at)?.address;
    if (user === other || to === undefined) return;
    company.client(user, resource)?.presence({ to, ...(type === undefined ? {} : { type }) });
  });
const deed = fc.oneof(
  { arbitrary: says, weight: 10 },
  { arbitrary: comesOrGoes, weight: 4 },
  { arbitrary: fc.oneof(blocks, subscribes, tells), weight: 3 },
);
const life = fc.array(fc.record({ deed, settles: fc.boolean(), pause }), {
  minLength: 10,
  maxLength: 60,
});

test('everybody is told the same as without lists, whatever happens', async () => {
  let listed = 0;
  await fc.assert(
    fc.asyncProperty(life, async (deeds) => {
      const companies = [
        await Company.gather(defaultClusterLimits.hearersKept),
        await Company.gather(1),
      ] as const;
      for (const company of companies) for (const name of users) await company.comes(name, 'a');
      for (const { deed, settles, pause } of deeds) {
        for (const company of companies) {
          await deed(company);
          if (settles) await company.world.settle();
          if (pause > 0) await company.world.clock.advance(pause);
        }
        listed += companies[0].places();
      }
      for (const company of companies) await company.world.clock.advance(20_000);
      expect(companies[0].told()).toEqual(companies[1].told());
    }),
    { numRuns: 60 },
  );
  expect(listed).toBeGreaterThan(0);
});

describe('whoever speaks often', () => {
  let company: Company;

  beforeEach(async () => {
    company = await Company.gather(defaultClusterLimits.hearersKept);
    for (const name of users) await company.comes(name, 'a');
    company.told();
  });

  async function say(times: number): Promise<void> {
    for (let time = 0; time < times; time += 1) {
      company.says(ann, 'a');
      await company.world.settle();
    }
  }

  test('is heard without anybody being looked up, until something changes with one of them', async () => {
    await say(3);
    expect(company.places()).toBe(3);
    company.counted.clear();
    await say(5);
    expect(company.counted.get('hearers_asked')).toBe(0);
    company.blocks(ben, 'a', 'block', ann);
    await company.world.settle();
    company.told();
    await say(1);
    expect(company.counted.get('hearers_asked')).toBe(1);
    expect(company.told().get(`${ben}/a`)).toEqual([]);
  });

  test('is heard by a contact who says something meanwhile, without a new look', async () => {
    await say(4);
    company.says(ben, 'a');
    await company.world.settle();
    company.counted.clear();
    await say(1);
    expect(company.counted.get('hearers_asked')).toBe(0);
  });

  test('is heard by a contact who was not here, and comes', async () => {
    company.goes(cat, 'a');
    await company.world.clock.advance(defaultClusterLimits.passivateAfterMs * 2);
    await say(4);
    await company.comes(cat, 'b');
    company.told();
    await say(1);
    expect(company.told().get(`${cat}/b`)).toHaveLength(1);
  });

  test('is told once to a contact who comes while it speaks, though its probe is answered too', async () => {
    await say(4);
    await company.comes(ben, 'b');
    const told = company
      .told()
      .get(`${ben}/b`)
      ?.filter((text) => text.includes(`${ann}/a`));
    expect(told).toHaveLength(1);
  });

  test('is not remembered once it hides from a resource: its lists are for all', async () => {
    await say(3);
    expect(company.places()).toBe(3);
    company.hides(ann, 'a', `${cat}/a`);
    await company.world.settle();
    await say(1);
    expect(company.places()).toBe(0);
    company.told();
    await say(1);
    const told = company.told();
    expect(told.get(`${ben}/a`)).toHaveLength(1);
    expect(told.get(`${cat}/a`)).toEqual([]);
  });

  test('is remembered for a minute, and not when it has gone', async () => {
    await say(4);
    await company.world.clock.advance(60_000);
    await say(2);
    expect(company.places()).toBe(0);
    await say(1);
    expect(company.places()).toBe(3);
    company.client(ann, 'a')?.presence({ type: 'unavailable' });
    await company.world.settle();
    expect(company.places()).toBe(0);
  });
});

test('who has not spoken for a while makes room for another, and nobody else does', async () => {
  const company = await Company.gather(3);
  for (const name of users) await company.comes(name, 'a');
  const asked = () => company.counted.get('hearers_asked');
  const speaksOften = async (name: string) => {
    for (let time = 0; time < 4; time += 1) {
      company.says(name, 'a');
      await company.world.settle();
    }
  };
  await speaksOften(ann);
  expect(asked()).toBe(3);
  await speaksOften(ben);
  expect(asked()).toBe(3);
  await company.world.clock.advance(11_000);
  await speaksOften(ben);
  expect(asked()).toBe(6);
  expect(company.places()).toBe(3);
});

test('no more are kept than the limit says; the others are told as well', async () => {
  const company = await Company.gather(4);
  for (const name of users) await company.comes(name, 'a');
  company.told();
  for (let time = 0; time < 4; time += 1) {
    for (const name of [ann, ben]) company.says(name, 'a');
    await company.world.settle();
    expect(company.places()).toBeLessThanOrEqual(4);
  }
  expect(company.told().get(`${cat}/a`)).toHaveLength(8);
});
