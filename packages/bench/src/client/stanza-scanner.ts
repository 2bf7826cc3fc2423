// Cuts a stream into its top-level elements by looking for end tags, so that thousands of streams cost next to nothing.
//
// It is no parser: it takes the servers that it measures for well-formed, and no element for one that holds another of
// its own name. Text is what the bytes are in Latin-1; JIDs and markers of the benchmark are ASCII.

export type ElementConsumer = (element: string) => void;

export class StanzaScanner {
  /** What has come of the element that is not whole yet. */
  #rest = '';
  /** How far into it its end has been looked for. */
  #searched = 0;

  /** Calls `consume` for each element that is whole by now, and for the stream's own tags. */
  push(chunk: string, consume: ElementConsumer): void {
    const text = this.#rest === '' ? chunk : this.#rest + chunk;
    let searched = this.#searched;
    let at = 0;
    for (;;) {
      const start = text.indexOf('<', at);
      if (start < 0) return this.#keep('', 0);
      const end = endOfElement(text, start, Math.max(searched, start));
      if (end < 0) {
        const longestEndTag = 64;
        return this.#keep(text.slice(start), Math.max(0, text.length - start - longestEndTag));
      }
      consume(text.slice(start, end));
      at = end;
      searched = end;
    }
  }

  #keep(rest: string, searched: number): void {
    this.#rest = rest;
    this.#searched = searched;
  }
}

/** The index after the element that starts at `start`; -1 when it is not whole. */
function endOfElement(text: string, start: number, searched: number): number {
  const tagEnd = text.indexOf('>', start);
  if (tagEnd < 0) return -1;
  const second = text.charAt(start + 1);
  if (second === '/' || second === '?' || text.charAt(tagEnd - 1) === '/') return tagEnd + 1;
  const name = nameAt(text, start + 1);
  if (name === 'stream:stream') return tagEnd + 1;
  const endTag = `</${name}>`;
  const end = text.indexOf(endTag, Math.max(searched, tagEnd));
  return end < 0 ? -1 : end + endTag.length;
}

function nameAt(text: string, start: number): string {
  let end = start;
  while (!' />\t\r\n'.includes(text.charAt(end))) end += 1;
  return text.slice(start, end);
}
