import { Buffer } from 'node:buffer';
import type { StreamEvent } from './events.ts';
import type { XmlLimits } from '../xml/strict/limits.ts';
import { TreeReader } from './tree.ts';

export interface StreamParserOptions {
  readonly limits: XmlLimits;
}

/** Reads one peer's bytes into stream events. */
export class StreamParser {
  #limits: XmlLimits;
  #decoder = new TextDecoder('utf-8', { fatal: true });
  #events: StreamEvent[] = [];
  #reader: TreeReader;
  #pending = 0;
  #dead = false;

  constructor(options: StreamParserOptions) {
    this.#limits = options.limits;
    this.#reader = this.#newReader();
  }

  write(chunk: Uint8Array): readonly StreamEvent[] {
    if (this.#dead) return [];
    this.#events = [];
    this.#pending += chunk.length;
    try {
      const text = this.#decoder.decode(chunk, { stream: true });
      if (this.#reader.open.length === 1 && text.trim() === '') {
        this.#events.push({ kind: 'whitespace' });
      }
      this.#reader.write(text);
    } catch {
      this.#violate('not-well-formed', 'bad XML');
    }
    if (this.#pending > this.#limits.stanzaBytes) this.#violate('policy-violation', 'too large');
    return this.#events;
  }

  setLimits(limits: XmlLimits): void {
    this.#limits = limits;
  }

  /** A new stream begins (after STARTTLS and SASL); what is unread of the old one is dropped. */
  reset(): void {
    this.#reader = this.#newReader();
    this.#pending = 0;
  }

  end(): void {
    this.#dead = true;
  }

  #violate(condition: 'policy-violation' | 'not-well-formed', text: string): void {
    this.#dead = true;
    this.#events.push({ kind: 'violation', condition, text });
  }

  #newReader(): TreeReader {
    const reader: TreeReader = new TreeReader(
      ({ ns, scope, attrs }) => {
        if (reader.open.length !== 1) return;
        const { to, from, id, version, 'xml:lang': lang } = attrs;
        const { '': defaultNs = '', ...prefixes } = scope;
        const header = { ns, defaultNs, to, from, id, version, lang, prefixes };
        this.#events.push({ kind: 'streamOpened', header: JSON.parse(JSON.stringify(header)) });
      },
      (element) => {
        if (reader.open.length === 0) this.#events.push({ kind: 'streamClosed' });
        if (reader.open.length !== 1) return;
        this.#events.push({
          kind: 'element',
          element,
          bytes: Buffer.byteLength(element.content),
        });
        reader.open[0]?.children.splice(0);
        this.#pending = 0;
      },
    );
    return reader;
  }
}
