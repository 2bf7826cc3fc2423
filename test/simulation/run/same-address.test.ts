/**
 * Two clients who bind one address in the same moment at two front-ends, where a third has it already, while NATS is bad
 * or an owner dies (scenario 14). Not a step of the plan, since which of the two was the later only the owner knows.
 */
import { expect, test } from 'vitest';
import { Client } from '../clients/client.ts';
import { calm, someWeather } from '../nats/weather.ts';
import type { Device, Fact } from '../promises/observation.ts';
import { Promises } from '../promises/promises.ts';
import { friends } from '../world/users.ts';
import { World } from '../world/world.ts';
import { Dice } from './dice.ts';
import { crash, makeWell, startAll } from './faults.ts';
import { settleMs } from './simulation.ts';

/** Of clusters with front-ends that own nothing. */
const seeds = [3, 6, 9, 12, 15, 18, 21, 117];
const rounds = 5;

/** Whatever the two say would have no order that one could tell from outside. */
const numberOfTheNewer = 100_000;

class Contest {
  readonly promises = new Promises();
  readonly world: World;
  readonly #dice: Dice;
  /** Those whose place another has taken. */
  readonly #replaced = new Set<Device>();

  constructor(seed: number) {
    this.#dice = Dice.named(seed, 'same address');
    this.world = new World({
      seed,
      observe: (observation) => {
        if (observation.kind === 'over' && observation.why === 'conflict')
          this.#replaced.add(observation.device);
        this.promises.observe(observation);
      },
      note: () => undefined,
      alter: (same) => same,
      passes: () => () => true,
    });
  }

  async begin(): Promise<void> {
    await this.world.begin();
    for (const friend of friends) void this.#login(friend, 'watching', 0, 0);
    await this.world.clock.advance(5_000);
  }

  /** Those whom nobody has replaced in the end, of all who had the address or were let in. */
  async hold(round: number): Promise<readonly Client[]> {
    const { world } = this;
    const dice = this.#dice;
    const user = friends[dice.below(friends.length)]!;
    const resource = `contested${round}`;
    const elder = this.#login(user, resource, dice.below(2), 0);
    await world.clock.advance(dice.chance(0.3) ? 5 : 3_000);
    world.nats.setWeather(dice.chance(0.6) ? someWeather(dice) : calm);
    const newer = [0, 1].map((place) => this.#login(user, resource, place, numberOfTheNewer));
    await world.clock.advance(dice.between(0, 400));
    if (dice.chance(0.5))
      crash(world, dice.pick(world.slots.filter(({ role }) => role === 'engine'))!);
    await world.clock.advance(dice.between(0, 10_000));
    makeWell(world);
    startAll(world);
    await world.clock.advance(settleMs);
    const left: Client[] = [];
    for (const client of await Promise.all([elder, ...newer]))
      if (client !== undefined && !this.#replaced.has(client.device)) left.push(client);
    // The checkers take who came in last for the one who has it.
    for (const { alive, device } of left) if (alive) world.tell({ kind: 'opened', device });
    return left;
  }

  async settle(): Promise<void> {
    await this.world.clock.advance(settleMs);
    this.promises.settled(await this.world.standing());
  }

  #login(
    user: (typeof friends)[number],
    resource: string,
    at: number,
    numberedFrom: number,
  ): Promise<Client | undefined> {
    const { clock } = this.world;
    const places = this.world.slots.flatMap(({ node }) => (node?.isFrontEnd ? [node] : []));
    const place = places[at]!;
    const tell = (fact: Fact): void => {
      if (fact.kind === 'opened') fact.device.contestedMs = clock.passedMs;
      this.world.tell(fact);
    };
    return Client.login({ place, user, resource, clock, tell, numberedFrom }).then(
      (client) => {
        this.world.clients.push(client);
        if (numberedFrom === 0) client.say();
        return client;
      },
      () => undefined,
    );
  }
}

test.each(seeds)(
  'of all who ask for one address one has it, and is seen: seed %i',
  async (seed) => {
    const contest = new Contest(seed);
    await contest.begin();
    for (let round = 1; round <= rounds; round++) {
      const left = await contest.hold(round);
      expect(left.map(({ address }) => address)).toHaveLength(1);
      // Its front-end may have been declared dead meanwhile.
      left[0]!.say();
      await contest.settle();
      expect(contest.promises.breach).toBeUndefined();
      left[0]!.end();
      await contest.settle();
      expect(contest.promises.breach).toBeUndefined();
    }
  },
);
