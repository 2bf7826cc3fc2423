import { describe, expect, test } from 'vitest';
import { parseXml } from '../xml/xml-reader.ts';
import { stanzaMatcher } from './stanza-pattern.ts';

const away =
  `<presence from='bob@localhost/home' to='alice@localhost' xml:lang='en'>` +
  `<priority>5</priority><show>away</show><x xmlns='urn:x'><y>1</y><y>2</y></x></presence>`;

function matches(pattern: string, stanza: string): boolean {
  return stanzaMatcher(pattern)(parseXml(stanza));
}

describe('a stanza matches a pattern', () => {
  test.each([
    `<presence/>`,
    `<presence from='bob@localhost/home'/>`,
    `<presence from='*'><show>away</show></presence>`,
    `<presence><show/><priority>5</priority></presence>`,
    `<presence>
       <x xmlns='urn:x'><y>2</y><y>1</y></x>
     </presence>`,
  ])('that asks for what it holds: %s', (pattern) => {
    expect(matches(pattern, away)).toBe(true);
  });

  test.each([
    [`<message/>`, 'another name'],
    [`<presence type='unavailable'/>`, 'a type that it has not'],
    [`<presence from='bob@localhost'/>`, 'another attribute'],
    [`<presence id='*'/>`, 'an attribute that it has not'],
    [`<presence><show>dnd</show></presence>`, 'another text'],
    [`<presence><show xmlns='urn:x'>away</show></presence>`, 'another namespace'],
    [`<presence><x xmlns='urn:x'><y>1</y><y>1</y></x></presence>`, 'a child twice'],
  ])('but not %s: %s', (pattern) => {
    expect(matches(pattern, away)).toBe(false);
  });

  test('a pattern without a type wants a stanza without, unless it says any', () => {
    expect(matches(`<presence/>`, `<presence type='unavailable'/>`)).toBe(false);
    expect(matches(`<presence type='*'/>`, `<presence type='unavailable'/>`)).toBe(true);
    expect(matches(`<presence type='*'/>`, `<presence/>`)).toBe(false);
  });
});
