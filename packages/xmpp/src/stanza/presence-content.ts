/** What presence says of availability: RFC 6121 §4.7.2, RFC 3921 §2.2.2. */
import { NS } from '../namespaces.ts';
import { attrOf, textOf, type XmlElement } from '../xml/element.ts';
import { parseFragment } from '../xml/fragment.ts';

/** What routing needs to know of presence. */
export interface PresenceSummary {
  /** -128 to 127; 0 where none is given. */
  readonly priority: number;
  /** `away`, `chat`, `dnd` or `xa`. */
  readonly show?: string;
}

/** Reads the content of presence that `stanzaFromElement` has accepted. */
export function readPresence(content: string): PresenceSummary {
  return readLeadingElements(content) ?? readTree(content);
}

/** One element as clients write it: no attributes, no references. */
const plainElement = /^<(show|status|priority)>([^<&]*)<\/\1>/;

/**
 * Clients put these elements first. Undefined where one of them might come later, or in another
 * guise: then the content has to be read as XML.
 */
function readLeadingElements(content: string): PresenceSummary | undefined {
  const found = new Map<string, string>();
  let rest = content;
  for (let match = plainElement.exec(rest); match; match = plainElement.exec(rest)) {
    found.set(match[1] ?? '', match[2] ?? '');
    rest = rest.slice(match[0].length);
  }
  const hasMore = rest.includes('priority') || rest.includes('show');
  return hasMore ? undefined : summary(found.get('priority'), found.get('show'));
}

function readTree(content: string): PresenceSummary {
  const fragment = parseFragment(content, NS.client);
  if (!fragment.ok) return { priority: 0 };
  const textOfChild = (name: string) => {
    const child = fragment.value.find(
      (node) => typeof node !== 'string' && node.ns === NS.client && node.name === name,
    );
    return child === undefined || typeof child === 'string' ? undefined : textOf(child);
  };
  return summary(textOfChild('priority'), textOfChild('show'));
}

function summary(priorityText: string | undefined, showText: string | undefined): PresenceSummary {
  const priority = readPriority(priorityText ?? '') ?? 0;
  const show = readShow(showText ?? '');
  return show === undefined ? { priority } : { priority, show };
}

/** What is wrong with the content of a presence stanza, if anything. */
export function presenceProblem(presence: XmlElement): string | undefined {
  let statusLanguages: Set<string> | undefined;
  let shown = false;
  let prioritised = false;
  for (const child of presence.children) {
    if (typeof child === 'string' || child.ns !== presence.ns) continue;
    switch (child.name) {
      case 'show':
        if (shown) return 'more than one <show/>';
        if (readShow(dataOf(child)) === undefined) return '<show/> is away, chat, dnd or xa';
        shown = true;
        break;
      case 'priority':
        if (prioritised) return 'more than one <priority/>';
        if (readPriority(dataOf(child)) === undefined) return 'a priority is -128 to 127';
        prioritised = true;
        break;
      case 'status': {
        const lang = attrOf(child, 'xml:lang') ?? attrOf(presence, 'xml:lang') ?? '';
        const language = lang.toLowerCase();
        statusLanguages ??= new Set();
        if (statusLanguages.has(language)) return 'more than one <status/> in one language';
        statusLanguages.add(language);
      }
    }
  }
  return undefined;
}

/** The character data of an element that has nothing else in it. */
function dataOf({ children }: XmlElement): string {
  const [data = ''] = children;
  return children.length === 1 && typeof data === 'string' ? data : '';
}

function readShow(text: string): string | undefined {
  return /^[ \t\r\n]*(away|chat|dnd|xa)[ \t\r\n]*$/.exec(text)?.[1];
}

/** An integer as `xs:byte` writes it (RFC 6121 appendix A.2). */
function readPriority(text: string): number | undefined {
  const digits = /^[ \t\r\n]*([+-]?\d+)[ \t\r\n]*$/.exec(text)?.[1];
  const priority = Number(digits ?? Number.NaN);
  return priority >= -128 && priority <= 127 ? priority + 0 : undefined;
}
