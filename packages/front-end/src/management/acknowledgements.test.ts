import { describe, expect, it } from 'vitest';
import { messageFrom } from '../../test/fake-gate.ts';
import { Acknowledgements } from './acknowledgements.ts';

function withSent(count: number): Acknowledgements {
  const acknowledgements = new Acknowledgements();
  for (let i = 0; i < count; i++) acknowledgements.stanzaSent(messageFrom('b@c', String(i)));
  return acknowledgements;
}

describe('acknowledgements (XEP-0198 §4)', () => {
  it('keep what the client has not handled, oldest first', () => {
    const acknowledgements = withSent(5);
    expect(acknowledgements.acknowledge(2)).toBe(true);
    expect(acknowledgements.unacknowledged).toHaveLength(3);
    expect(acknowledgements.unacknowledged[0]).toEqual(messageFrom('b@c', '2'));
    expect(acknowledgements.acknowledge(2)).toBe(true);
    expect(acknowledgements.acknowledge(5)).toBe(true);
    expect(acknowledgements.bytes).toBe(0);
  });

  it('cannot be of more than was sent, nor take back what was said (§6)', () => {
    const acknowledgements = withSent(5);
    expect(acknowledgements.acknowledge(6)).toBe(false);
    acknowledgements.acknowledge(4);
    expect(acknowledgements.acknowledge(3)).toBe(false);
    expect(acknowledgements.unacknowledged).toHaveLength(1);
  });

  it('are asked for after a number of stanzas, and else when someone remembers', () => {
    const acknowledgements = withSent(15);
    expect(acknowledgements.urgent).toBe(false);
    acknowledgements.stanzaSent(messageFrom('b@c', 'one more'));
    expect(acknowledgements.urgent).toBe(true);
    expect(acknowledgements.takeRequest()).toBe(true);
    expect(acknowledgements.takeRequest()).toBe(false);
    expect(acknowledgements.urgent).toBe(false);
  });
});
