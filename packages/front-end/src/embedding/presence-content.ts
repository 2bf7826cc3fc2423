/** What a presence stanza carries, as an object: both ways. */
import {
  attrOf,
  NS,
  parseFragment,
  parseTimestamp,
  textOf,
  xml,
  type XmlElement,
} from '@rollcall/xmpp';

/** RFC 6121 §4.7.2.1. */
export type Show = 'away' | 'chat' | 'dnd' | 'xa';

/** RFC 6121 §4.7.2. */
export interface PresenceContent {
  /** Left out: simply there. */
  readonly show?: Show;
  readonly status?: string;
  /** -128 to 127; 0 if left out. */
  readonly priority?: number;
}

export interface ReadPresence extends PresenceContent {
  readonly priority: number;
  /** Since when it is so, where the stanza says (XEP-0203): epoch milliseconds. */
  readonly sinceMs?: number;
  /** What else is in it, such as entity capabilities. */
  readonly extensions: readonly XmlElement[];
}

const shows: readonly string[] = ['away', 'chat', 'dnd', 'xa'] satisfies Show[];

export function readPresenceContent(content: string): ReadPresence {
  const fragment = content === '' ? undefined : parseFragment(content, NS.client);
  const children = fragment?.ok ? fragment.value.filter((child) => typeof child !== 'string') : [];
  const own = (name: string) =>
    children.find((child) => child.name === name && child.ns === NS.client);
  const show = textOfSome(own('show'));
  const status = textOfSome(own('status'));
  const sinceMs = stampOf(
    children.find((child) => child.name === 'delay' && child.ns === NS.delay),
  );
  return {
    ...(show !== undefined && shows.includes(show) ? { show: show as Show } : {}),
    ...(status === undefined ? {} : { status }),
    ...(sinceMs === undefined ? {} : { sinceMs }),
    priority: Number(textOfSome(own('priority')) ?? 0),
    extensions: children.filter((child) => child.ns !== NS.client && child.ns !== NS.delay),
  };
}

function textOfSome(element: XmlElement | undefined): string | undefined {
  return element && textOf(element).trim();
}

function stampOf(delay: XmlElement | undefined): number | undefined {
  const stamp = delay && attrOf(delay, 'stamp');
  const time = stamp === undefined ? undefined : parseTimestamp(stamp);
  return time?.ok ? time.value : undefined;
}

export function presenceChildren({
  show,
  status,
  priority,
}: PresenceContent): readonly XmlElement[] {
  return [
    ...(show === undefined ? [] : [xml('show', NS.client, {}, show)]),
    ...(status === undefined ? [] : [xml('status', NS.client, {}, status)]),
    ...(priority === undefined ? [] : [xml('priority', NS.client, {}, String(priority))]),
  ];
}
