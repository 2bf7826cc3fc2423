// Cuts a stream into its top-level elements by looking for end tags, so that thousands of streams cost next to nothing.
//
// It is no parser: it takes the servers that it measures for well-formed, and no element for one that holds another of
// its own name. Text is what the bytes are in Latin-1; JIDs and markers of the benchmark are ASCII.

export type ElementConsumer = (element: string) => void;

/** An element whose start tag is whole and whose end tag has not come: a roster comes in a hundred chunks. */
interface Unfinished {
  readonly parts: string[];
  readonly endTag: string;
  /** The end of the last part, where the end tag may have begun. */
  tail: string;
}

export class StanzaScanner {
  /** The beginning of a tag. */
  #rest = '';
  #unfinished: Unfinished | undefined;

  /** Calls `consume` for each element that is whole by now, and for the stream's own tags. */
  push(chunk: string, consume: ElementConsumer): void {
    let text = this.#finish(chunk, consume);
    if (text === undefined) return;
    text = this.#rest + text;
    this.#rest = '';
    let at = 0;
    for (let start = text.indexOf('<'); start >= 0; start = text.indexOf('<', at)) {
      const tagEnd = text.indexOf('>', start);
      if (tagEnd < 0) {
        this.#rest = text.slice(start);
        return;
      }
      const endTag = endTagOf(text, start, tagEnd);
      const end = endTag === undefined ? tagEnd : text.indexOf(endTag, tagEnd);
      if (endTag !== undefined && end < 0) {
        this.#unfinished = unfinished(text.slice(start), endTag);
        return;
      }
      at = end + (endTag?.length ?? 1);
      consume(text.slice(start, at));
    }
  }

  /** What comes after the element that was under way; undefined when that is still so. */
  #finish(chunk: string, consume: ElementConsumer): string | undefined {
    const element = this.#unfinished;
    if (element === undefined) return chunk;
    const { tail, parts, endTag } = element;
    const found = (tail + chunk).indexOf(endTag);
    if (found < 0) {
      parts.push(chunk);
      element.tail = (tail + chunk).slice(-endTag.length);
      return undefined;
    }
    const end = found + endTag.length - tail.length;
    this.#unfinished = undefined;
    consume(parts.join('') + chunk.slice(0, end));
    return chunk.slice(end);
  }
}

function unfinished(text: string, endTag: string): Unfinished {
  return { parts: [text], endTag, tail: text.slice(-endTag.length) };
}

/** Undefined for what ends with its tag: empty elements, end tags, the XML declaration, the stream's own start tag. */
function endTagOf(text: string, start: number, tagEnd: number): string | undefined {
  const second = text.charAt(start + 1);
  if (second === '/' || second === '?' || text.charAt(tagEnd - 1) === '/') return undefined;
  const name = nameAt(text, start + 1);
  return name === 'stream:stream' ? undefined : `</${name}>`;
}

function nameAt(text: string, start: number): string {
  let end = start;
  while (!' />\t\r\n'.includes(text.charAt(end))) end += 1;
  return text.slice(start, end);
}
