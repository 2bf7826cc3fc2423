import { describe, expect, it } from 'vitest';
import { attribute, isElement, itemsIn, markerIn, presenceStanza } from './stanza.ts';

describe('a marked presence', () => {
  it('gives back its number and time', () => {
    const marker = { sequence: 12, sentUs: 345_678_901 };
    expect(markerIn(presenceStanza({ ...marker, bytes: 0 }))).toEqual(marker);
    expect(markerIn(presenceStanza({ ...marker, bytes: 400 }))).toEqual(marker);
  });

  it('is as long as it was asked to be', () => {
    for (const bytes of [150, 250, 1000])
      expect(presenceStanza({ sequence: 1, sentUs: 2, bytes })).toHaveLength(bytes);
  });

  it('carries addresses where nobody else would write them', () => {
    const addresses = { from: 'u0@localhost/bench', to: 'u1@localhost/bench' };
    const stanza = presenceStanza({ sequence: 1, sentUs: 2, bytes: 0, addresses });
    expect(attribute(stanza, 'from')).toBe(addresses.from);
    expect(attribute(stanza, 'to')).toBe(addresses.to);
  });

  it('is not seen in what carries no marker', () => {
    expect(markerIn(`<presence from='u1@localhost/bench'/>`)).toBeUndefined();
    expect(markerIn('<presence><status>rc:</status></presence>')).toBeUndefined();
  });
});

describe('an attribute', () => {
  it('is read in either kind of quotes', () => {
    expect(attribute(`<iq id='a' type="result"/>`, 'id')).toBe('a');
    expect(attribute(`<iq id='a' type="result"/>`, 'type')).toBe('result');
  });

  it("is looked for in the element's own tag alone", () => {
    expect(attribute(`<iq id='a'><item type='x'/></iq>`, 'type')).toBeUndefined();
  });
});

describe('elements', () => {
  it('are known by their whole name', () => {
    expect(isElement(`<iq type='get'/>`, 'iq')).toBe(true);
    expect(isElement('<iq/>', 'iq')).toBe(true);
    expect(isElement('<iqs/>', 'iq')).toBe(false);
  });

  it('are counted where they are roster items', () => {
    expect(itemsIn(`<iq><query><item jid='a'/><item jid='b'></item><items/></query></iq>`)).toBe(2);
    expect(itemsIn('<iq/>')).toBe(0);
  });
});
