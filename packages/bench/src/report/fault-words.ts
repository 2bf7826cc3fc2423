// What went wrong, in words.

import type { Faults } from '../measure/ledger.ts';
import { counted, whole } from './wording.ts';

const faultWords: Readonly<Record<keyof Faults, string>> = {
  lost: 'never came',
  duplicates: 'came twice',
  disordered: 'came out of order',
  misdirected: 'came to somebody who was not to see them',
  falselyGone: 'showed somebody as gone who was not',
};

/** A sentence for each kind of fault that there was. */
export function faultSentences(faults: Faults, lostStreams = 0): readonly string[] {
  return [
    ...(Object.keys(faultWords) as (keyof Faults)[])
      .filter((fault) => faults[fault] > 0)
      .map((fault) => `${whole(faults[fault])} presences ${faultWords[fault]}.`),
    ...(lostStreams === 0 ? [] : [`the server ended ${counted(lostStreams, 'stream')}.`]),
  ];
}
