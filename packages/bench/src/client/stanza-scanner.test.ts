import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StanzaScanner } from './stanza-scanner.ts';

function scan(chunks: readonly string[]): string[] {
  const scanner = new StanzaScanner();
  const elements: string[] = [];
  for (const chunk of chunks) scanner.push(chunk, (element) => elements.push(element));
  return elements;
}

const open = `<stream:stream xmlns='jabber:client' id='1' version='1.0'>`;
const elements = [
  `<?xml version='1.0'?>`,
  open,
  `<stream:features><mechanisms xmlns='x'><mechanism>PLAIN</mechanism></mechanisms></stream:features>`,
  `<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>`,
  `<presence from='u1@localhost/b'><status>rc:1:2</status></presence>`,
  `<presence from="u2@localhost/b" type="unavailable"/>`,
  `<iq type='result' id='1'><query xmlns='jabber:iq:roster'><item jid='u1@localhost'/></query></iq>`,
  `<iq type='result' id='2'/>`,
  `</stream:stream>`,
];

describe('the scanner', () => {
  it('cuts a stream into its elements, wherever the chunks end', () => {
    const stream = elements.join('');
    const cuts = fc.array(fc.nat(stream.length), { maxLength: 20 });
    fc.assert(
      fc.property(cuts, (places) => {
        const at = [0, ...places.sort((a, b) => a - b), stream.length];
        const chunks = at.slice(1).map((end, index) => stream.slice(at[index], end));
        expect(scan(chunks)).toEqual(elements);
      }),
    );
  });

  it('passes over white space between elements', () => {
    expect(scan([' \n<a/> ', '\n\n', '<b></b> '])).toEqual(['<a/>', '<b></b>']);
  });

  it('does not take the end of one element for the end of another whose name begins alike', () => {
    expect(scan(['<r/><result>1</result><presence></presence><presences></presences>'])).toEqual([
      '<r/>',
      '<result>1</result>',
      '<presence></presence>',
      '<presences></presences>',
    ]);
  });

  it('finds the end of an element that came in many chunks', () => {
    const item = `<item jid='u1@localhost' subscription='both'/>`;
    const roster = `<iq type='result' id='r'><query>${item.repeat(500)}</query></iq>`;
    const chunks = roster.match(/.{1,100}/g) ?? [];
    expect(scan([...chunks, '<a/>'])).toEqual([roster, '<a/>']);
  });
});
