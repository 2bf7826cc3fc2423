import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Rounds } from './rounds.ts';

/** Says broadcasts of so many pieces each, and collects what is said in each round. */
function play(fill: (rounds: Rounds, say: (word: string) => () => void) => void) {
  const rounds = new Rounds();
  let said: string[] = [];
  fill(rounds, (word) => () => void said.push(word));
  const turns: string[][] = [];
  while (!rounds.done) {
    rounds.next();
    turns.push(said);
    said = [];
  }
  return turns;
}

const crowd = {};

describe('what a user has yet to say', () => {
  test('is said one piece of a broadcast at a time', () => {
    const turns = play((rounds, say) => rounds.add(crowd, [say('a1'), say('a2'), say('a3')]));
    expect(turns).toEqual([['a1'], ['a2'], ['a3']]);
  });

  test('is said together where it is for the same contacts', () => {
    const turns = play((rounds, say) => {
      for (const name of ['a', 'b', 'c']) rounds.add(crowd, [say(`${name}1`), say(`${name}2`)]);
    });
    expect(turns).toEqual([
      ['a1', 'b1', 'c1'],
      ['a2', 'b2', 'c2'],
    ]);
  });

  test('is not said together where the contacts have changed', () => {
    const turns = play((rounds, say) => {
      rounds.add(crowd, [say('a1'), say('a2')]);
      rounds.add({}, [say('b1'), say('b2')]);
    });
    expect(turns).toEqual([['a1'], ['a2'], ['b1'], ['b2']]);
  });

  test('waits behind what was to come after all before it', () => {
    const turns = play((rounds, say) => {
      rounds.add(crowd, [say('a1'), say('a2')]);
      rounds.addLast(say('message'));
      rounds.add(crowd, [say('b1'), say('b2')]);
    });
    expect(turns.flat()).toEqual(['a1', 'a2', 'message', 'b1', 'b2']);
  });

  test('reaches everyone in order, however much there is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.constantFrom('say', 'turn', 'last'), { maxLength: 60 }),
        (pieces, actions) => {
          const rounds = new Rounds();
          const heard = Array.from({ length: pieces }, (): number[] => []);
          let [largest, inTurn] = [0, 0];
          const turn = () => {
            inTurn = 0;
            rounds.next();
            largest = Math.max(largest, inTurn);
          };
          actions.forEach((action, number) => {
            const tell = (piece: number) => () => {
              inTurn += 1;
              heard[piece]?.push(number);
            };
            if (action === 'say') rounds.add(crowd, [...heard.keys()].map(tell));
            else if (action === 'last') rounds.addLast(() => heard.forEach((_, at) => tell(at)()));
            else if (!rounds.done) turn();
          });
          while (!rounds.done) turn();
          const all = [...actions.keys()].filter((number) => actions[number] !== 'turn');
          for (const contact of heard) expect(contact).toEqual(all);
          expect(largest).toBeLessThanOrEqual(Math.max(8, pieces));
        },
      ),
    );
  });
});
