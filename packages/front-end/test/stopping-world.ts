/** A world with real sockets: stopped after the test that made it, without waiting for its clients. */
import { onTestFinished } from 'vitest';
import { makeWorld, type World, type WorldOptions } from './world.ts';

export function stoppingWorld(options: WorldOptions = {}): World {
  const world = makeWorld(options);
  onTestFinished(async () => {
    const { frontEnd, timers } = world;
    const stopped = frontEnd.stop(1000);
    await new Promise(setImmediate);
    timers.advance(2000);
    await stopped;
  });
  return world;
}
