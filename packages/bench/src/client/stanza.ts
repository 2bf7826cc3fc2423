// What the benchmark writes, and the little that it reads of what comes back.

/** A change of presence says its number and when it was written, so that whoever receives it knows all there is to check. */
export interface Marker {
  readonly sequence: number;
  /** On this process's monotonic clock. */
  readonly sentUs: number;
}

export interface PresenceContent extends Marker {
  /** Of the whole stanza as it is written, at least; the status text is filled up to that. */
  readonly bytes: number;
  /** Where nobody stamps the stanza on its way. */
  readonly addresses?: { readonly from: string; readonly to: string };
}

const markerSign = 'rc:';
const filling = ' In a meeting until three, then on the train; back at the desk in the evening. ';

export function presenceStanza({ sequence, sentUs, bytes, addresses }: PresenceContent): string {
  const attributes =
    addresses === undefined ? '' : ` from='${addresses.from}' to='${addresses.to}'`;
  const head = `<presence${attributes}><show>away</show><status>${markerSign}${sequence}:${sentUs};`;
  const tail = '</status></presence>';
  const missing = Math.max(0, bytes - head.length - tail.length);
  return head + filling.repeat(Math.ceil(missing / filling.length)).slice(0, missing) + tail;
}

export function markerIn(stanza: string): Marker | undefined {
  const at = stanza.indexOf(markerSign);
  if (at < 0) return undefined;
  const colon = stanza.indexOf(':', at + markerSign.length);
  const end = stanza.indexOf(';', colon);
  if (colon < 0 || end < 0) return undefined;
  return {
    sequence: Number(stanza.slice(at + markerSign.length, colon)),
    sentUs: Number(stanza.slice(colon + 1, end)),
  };
}

/** Of the element's own tag; undefined where it has none. Entities stay as they are. */
export function attribute(element: string, name: string): string | undefined {
  const tagEnd = element.indexOf('>');
  const at = element.indexOf(` ${name}=`);
  if (at < 0 || at > tagEnd) return undefined;
  const valueAt = at + name.length + 2;
  const end = element.indexOf(element.charAt(valueAt), valueAt + 1);
  return element.slice(valueAt + 1, end);
}

export function isElement(element: string, name: string): boolean {
  if (!element.startsWith(name, 1)) return false;
  const after = element.charAt(name.length + 1);
  return after === ' ' || after === '>' || after === '/' || after === '\n' || after === '\t';
}

/** How often a roster result or push names a contact. */
export function itemsIn(stanza: string): number {
  let items = 0;
  for (let at = stanza.indexOf('<item '); at >= 0; at = stanza.indexOf('<item ', at + 6))
    items += 1;
  return items;
}

export const iq = (type: 'get' | 'set', id: string, content: string) =>
  `<iq type='${type}' id='${id}'>${content}</iq>`;

export const rosterQuery = `<query xmlns='jabber:iq:roster'/>`;
