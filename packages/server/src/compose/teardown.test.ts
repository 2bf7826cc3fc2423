import { expect, test } from 'vitest';
import { Teardown } from './teardown.ts';

function steps(failing: readonly string[] = []) {
  const teardown = new Teardown();
  const done: string[] = [];
  for (const name of ['store', 'engine', 'listener'])
    teardown.add(() => {
      done.push(name);
      return failing.includes(name) ? Promise.reject(new Error(name)) : Promise.resolve();
    });
  return { teardown, done };
}

test('what was started last is ended first, and all of it once', async () => {
  const { teardown, done } = steps();
  await teardown.run();
  await teardown.run();
  expect(done).toEqual(['listener', 'engine', 'store']);
});

test('a part that cannot be ended keeps no other from its end, and is told', async () => {
  const { teardown, done } = steps(['engine', 'listener']);
  await expect(teardown.run()).rejects.toThrow('listener');
  expect(done).toEqual(['listener', 'engine', 'store']);
});
