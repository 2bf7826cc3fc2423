/** What goes wrong, one step at a time, and how everything is made well again. */
import { mayLoseMs } from '../nats/nats.ts';
import { calm, someWeather } from '../nats/weather.ts';
import type { SimNode } from '../world/node.ts';
import type { Slot, World } from '../world/world.ts';
import { Dice } from './dice.ts';
import type { Step } from './plan.ts';

/** No stop and no cut lasts longer than this. */
const longestMs = 20_000;

export function goWrong(world: World, { act, picks }: Step): void {
  const [who = 0, whom = 0, what = 0] = picks;
  const running = world.slots.filter(({ node }) => node !== undefined);
  const slot = one(running, who);
  const node = slot?.node;
  switch (act) {
    case 'crash':
      if (slot && running.length > world.slots.length - 2) crash(world, slot);
      return;
    case 'restart':
      return startOne(world, who);
    case 'cut':
      return node && cut(world, node);
    case 'reconnect':
      return one(
        running.filter((each) => each.node?.up === false),
        who,
      )?.node?.setUp(true);
    case 'pause':
      return node && pause(world, node);
    case 'resume':
      return one(
        running.filter((each) => each.node?.machine.paused),
        who,
      )?.node?.machine.resume();
    case 'part':
      return part(world, slot, one(running, whom));
    case 'unite':
      return world.nats.together();
    case 'weather':
      return setWeather(world, new Dice(Math.floor(what * 2 ** 32)));
    case 'calm':
      return world.nats.setWeather(calm);
    case 'slowDown':
      return node && slowDown(world, node, what);
    case 'speedUp':
      if (node) node.machine.lateMs = () => 0;
      return;
    case 'leave':
      return leave(world, slot);
    case 'outage':
      return outage(world, what * longestMs);
    case 'loseTail':
      return loseTail(world, picks);
    default:
  }
}

/** All faults end; whoever was down comes up again. */
export function makeWell(world: World): void {
  world.nats.setWeather(calm);
  world.nats.together();
  for (const { node } of world.slots) {
    if (node === undefined) continue;
    node.machine.lateMs = () => 0;
    node.setUp(true);
    node.machine.resume();
  }
  for (const client of world.clients) client.setSlow(false);
}

export function startAll(world: World): void {
  for (const slot of world.slots) if (slot.node === undefined) world.start(slot);
}

export function crash(world: World, slot: Slot): void {
  world.note(`${slot.name} is killed`);
  world.crash(slot);
}

function startOne(world: World, who: number): void {
  const slot = one(
    world.slots.filter(({ node }) => node === undefined),
    who,
  );
  if (slot !== undefined) world.start(slot);
}

function cut(world: World, node: SimNode): void {
  world.note(`${node.name} is cut off`);
  node.setUp(false);
  world.clock.setTimeout(() => node.setUp(true), longestMs);
}

function pause(world: World, node: SimNode): void {
  world.note(`${node.name} is stopped`);
  node.machine.pause();
  world.clock.setTimeout(() => node.machine.resume(), longestMs);
}

function part(world: World, one: Slot | undefined, other: Slot | undefined): void {
  if (one === undefined || other === undefined || one === other) return;
  world.note(`${one.name} and ${other.name} lose each other`);
  world.nats.setApart(one.name, other.name, true);
  world.clock.setTimeout(() => world.nats.setApart(one.name, other.name, false), longestMs);
}

function setWeather(world: World, dice: Dice): void {
  const weather = someWeather(dice);
  const said = Object.entries(weather).map(
    ([name, value]) => `${name} ${(value as number).toFixed(2)}`,
  );
  world.note(`weather: ${said.join(', ')}`);
  world.nats.setWeather(weather);
}

function slowDown(world: World, node: SimNode, what: number): void {
  const dice = new Dice(Math.floor(what * 2 ** 32));
  const most = dice.between(1, 60);
  world.note(`${node.name} is slow, by up to ${Math.round(most)} ms`);
  node.machine.lateMs = () => dice.between(0, most);
}

/** An engine is stopped properly, and hands its shards over. */
function leave(world: World, slot: Slot | undefined): void {
  const { node } = slot ?? {};
  if (slot === undefined || node === undefined || node.machine.paused || !node.up) return;
  const others = world.slots.filter((each) => each.node !== undefined && each !== slot);
  if (node.isFrontEnd || !others.some(({ role }) => role !== 'front-end')) return;
  world.note(`${slot.name} is stopped properly`);
  slot.node = undefined;
  node.cluster.stop({ timeoutMs: 10_000 }).catch((error: unknown) => {
    const what = `it could not be stopped: ${String(error)}`;
    world.tell({ kind: 'failure', node: node.name, what });
  });
}

/** NATS restarts: nobody reaches it. */
function outage(world: World, ms: number): void {
  world.note(`NATS is away for ${Math.round(ms)} ms`);
  const nodes = world.slots.flatMap(({ node }) => (node?.up ? [node] : []));
  for (const node of nodes) node.setUp(false);
  world.clock.setTimeout(() => {
    for (const node of nodes) node.setUp(true);
  }, ms);
}

/** NATS loses power: it is back after a while, without what it acknowledged last (scenario 10). */
function loseTail(world: World, [records = 0, handshakes = 0, what = 0]: readonly number[]): void {
  // A removal that is lost in part has to be asked for again, which no audit does.
  if (world.accounts.changedWithin(mayLoseMs)) return;
  const [recordsMs, handshakesMs] = [records * mayLoseMs, handshakes * mayLoseMs];
  const lost = `${Math.round(recordsMs)} ms of records, ${Math.round(handshakesMs)} ms of handshakes`;
  outage(world, 500 + what * longestMs);
  world.note(`NATS loses ${lost}`);
  world.loseTail(recordsMs, handshakesMs);
}

function one<T>(list: readonly T[], pick: number): T | undefined {
  return list[Math.floor(pick * list.length)];
}
