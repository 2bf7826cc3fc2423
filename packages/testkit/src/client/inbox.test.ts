import { describe, expect, test } from 'vitest';
import { render } from '../xml/element.ts';
import { parseXml } from '../xml/xml-reader.ts';
import { Inbox } from './inbox.ts';

function inboxWith(...stanzas: readonly string[]): Inbox {
  const inbox = new Inbox();
  for (const stanza of stanzas) inbox.put(parseXml(stanza));
  return inbox;
}

describe('Inbox', () => {
  test('gives the first that matches and keeps the others in order', async () => {
    const inbox = inboxWith(`<message id='1'/>`, `<presence id='2'/>`, `<presence id='3'/>`);
    expect((await inbox.take('<presence/>', 0)).attrs['id']).toBe('2');
    expect(inbox.takeAll().map((stanza) => render(stanza))).toEqual([
      `<message id='1'/>`,
      `<presence id='3'/>`,
    ]);
    expect(inbox.peek()).toEqual([]);
  });

  test('waits for what is to come; each stanza goes to one who waits', async () => {
    const inbox = new Inbox();
    const [one, two] = [inbox.take('<presence/>', 5_000), inbox.take('<presence/>', 5_000)];
    inbox.put(parseXml('<message/>'));
    inbox.put(parseXml(`<presence id='1'/>`));
    inbox.put(parseXml(`<presence id='2'/>`));
    expect((await one).attrs['id']).toBe('1');
    expect((await two).attrs['id']).toBe('2');
    expect(inbox.peek()).toHaveLength(1);
  });

  test('waits until what is unread satisfies a condition, and takes nothing', async () => {
    const inbox = inboxWith('<a/>');
    const satisfied = inbox.waitUntil((unread) => unread.length === 2, 5_000);
    inbox.put(parseXml('<b/>'));
    await satisfied;
    expect(inbox.peek()).toHaveLength(2);
  });

  test('gives up when the time is over, and then takes no stanza away', async () => {
    const inbox = new Inbox();
    await expect(inbox.take('<presence/>', 1)).rejects.toThrow('not within 1 ms');
    inbox.put(parseXml('<presence/>'));
    expect(inbox.peek()).toHaveLength(1);
  });

  test('those who wait when the stream ends are told, and those who come after it', async () => {
    const inbox = new Inbox();
    const waiting = inbox.take('<presence/>', 5_000);
    inbox.end('the stream is closed');
    await expect(waiting).rejects.toThrow('the stream is closed');
    await expect(inbox.take('<presence/>', 5_000)).rejects.toThrow('the stream is closed');
  });
});
