import { expect, test } from 'vitest';
import { suggestionFor } from './suggestion.ts';

const known = ['domain', 'data', 'listenXmpp', 'listenAdmin', 'limits.stanzaBytes'];

test.each([
  ['domian', 'domain'],
  ['listenXMPP', 'listenXmpp'],
  ['listen-xmpp', 'listenXmpp'],
  ['limits.stanzabyte', 'limits.stanzaBytes'],
])('%s was most likely meant to be %s', (word, meant) => {
  expect(suggestionFor(word, known)).toBe(meant);
});

test('for a word that is like none, nothing is suggested', () => {
  expect(suggestionFor('password', known)).toBeUndefined();
});
