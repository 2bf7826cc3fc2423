/** What presence says of availability: RFC 6121 §4.7.2. */
import { NS } from '../namespaces.ts';
import { childElements, textOf, type XmlElement } from '../xml/element.ts';
import { parseFragment } from '../xml/fragment.ts';

/** What routing needs of presence. */
export interface PresenceSummary {
  /** -128 to 127; 0 where none is given. */
  readonly priority: number;
  /** `away`, `chat`, `dnd` or `xa`. */
  readonly show?: string;
}

const shows: ReadonlySet<string> = new Set(['away', 'chat', 'dnd', 'xa']);

/** Reads checked presence content. Free of charge where neither element can be in the text. */
export function readPresence(content: string): PresenceSummary {
  if (!content.includes('priority') && !content.includes('show')) return { priority: 0 };
  const fragment = parseFragment(content, NS.client);
  if (!fragment.ok) return { priority: 0 };
  let priority = 0;
  let show: string | undefined;
  for (const child of fragment.value) {
    if (typeof child === 'string' || child.ns !== NS.client) continue;
    if (child.name === 'priority') priority = readPriority(textOf(child)) ?? 0;
    if (child.name === 'show') show = textOf(child).trim();
  }
  return show === undefined ? { priority } : { priority, show };
}

/** What is wrong with the content of a presence stanza, if anything. */
export function presenceProblem(element: XmlElement): string | undefined {
  const own = childElements(element).filter(({ ns }) => ns === element.ns);
  const priorities = own.filter(({ name }) => name === 'priority');
  const given = own.filter(({ name }) => name === 'show');
  if (priorities.length > 1) return 'more than one <priority/>';
  if (given.length > 1) return 'more than one <show/>';
  const [priority] = priorities;
  if (priority && readPriority(textOf(priority)) === undefined) {
    return 'a priority is an integer from -128 to 127';
  }
  const [show] = given;
  if (show && !shows.has(textOf(show).trim())) return '<show/> is away, chat, dnd or xa';
  return undefined;
}

function readPriority(text: string): number | undefined {
  if (!/^\s*[+-]?\d{1,5}\s*$/.test(text)) return undefined;
  const priority = Number(text);
  return priority >= -128 && priority <= 127 ? priority : undefined;
}
