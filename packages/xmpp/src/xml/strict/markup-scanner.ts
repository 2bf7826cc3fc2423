/**
 * Reads one top-level element, or the stream's own start or end tag, from after its `<` to its last
 * `>`. It checks all that XML 1.0 and RFC 6120 §11.1 demand, namespaces aside, and can be interrupted
 * after any byte. Positions that it keeps count from `origin`, the start of the item, since the
 * bytes may move in memory between two calls.
 */
import { Byte, byteAt, isSpace, sameBytes } from './bytes.ts';
import { CdataReader, endsSection } from './cdata-reader.ts';
import { skipPlain } from './character-run.ts';
import { plainInName, plainInText } from './characters.ts';
import { declarationViolation } from './declaration.ts';
import { Findings } from './findings.ts';
import type { XmlLimits } from './limits.ts';
import { OpenTags } from './open-tags.ts';
import { ReferenceReader } from './reference-reader.ts';
import { StartTagReader } from './start-tag-reader.ts';

/** What has been read completely. */
export type Markup = 'declaration' | 'rootStart' | 'rootEnd' | 'element';

type State =
  | 'tagOpened'
  | 'startTag'
  | 'text'
  | 'reference'
  | 'cdata'
  | 'endName'
  | 'endSpace'
  | 'declaration';

const mismatch = 'an end tag that matches no start tag';
const maxDeclarationBytes = 256;
/** The spans are written over for each element, as long as they take little memory. */
const maxSpansKept = 256;

export class MarkupScanner {
  limits: XmlLimits;
  readonly findings = new Findings();
  completed: Markup | undefined;
  /** The name in the root's start tag, which the root's end tag must have. */
  rootName: Uint8Array | undefined;
  /**
   * For each element in the order of start tags, where its content begins and ends, in UTF-16 code
   * units from `origin`.
   */
  readonly spans: number[] = [];

  readonly #open = new OpenTags();
  readonly #startTag: StartTagReader;
  readonly #reference = new ReferenceReader(this.findings);
  readonly #cdata = new CdataReader(this.findings);
  #state: State = 'tagOpened';
  #isHeader = false;
  #tagStart = 0;
  #spanCount = 0;
  #contentEnd = 0;
  #matched = 0;

  constructor(limits: XmlLimits) {
    this.limits = limits;
    this.#startTag = new StartTagReader(this.findings, limits);
  }

  /** Prepares for what follows the `<` at `tagStart`. In a header that is the root's start tag. */
  begin(tagStart: number, isHeader: boolean): void {
    this.#tagStart = tagStart;
    this.#isHeader = isHeader;
    this.#state = 'tagOpened';
    this.completed = undefined;
    this.#spanCount = 0;
    if (this.spans.length > maxSpansKept) this.spans.length = 0;
    this.findings.clear();
  }

  /** Reads until something is completed or broken, or to `end`. Gives the first byte not read. */
  read(bytes: Uint8Array, origin: number, from: number, end: number): number {
    const { findings } = this;
    findings.resume();
    let at = from;
    while (at < end && !this.completed && !findings.mustStop) {
      at = this.#step(bytes, origin, at, end);
    }
    return at;
  }

  #step(bytes: Uint8Array, origin: number, at: number, end: number): number {
    switch (this.#state) {
      case 'startTag':
        return this.#readStartTag(bytes, origin, at, end);
      case 'text':
        return this.#text(bytes, origin, at, end);
      case 'cdata':
        return this.#readCdata(bytes, at, end);
      case 'tagOpened':
        return this.#tagOpened(byteAt(bytes, at), at, origin);
      case 'endName':
        return this.#endName(bytes, origin, at, end);
      case 'declaration':
        this.#declaration(bytes, origin, at);
        return at + 1;
      case 'reference':
        this.#readReference(byteAt(bytes, at));
        return at + 1;
      case 'endSpace':
        this.#endSpace(byteAt(bytes, at));
        return at + 1;
    }
  }

  #tagOpened(byte: number, at: number, origin: number): number {
    if (byte === Byte.slash) {
      this.#beginEndTag();
    } else if (byte === Byte.exclamation) {
      this.#state = 'cdata';
      this.#cdata.begin(this.#open.depth > 0);
    } else if (byte === Byte.question) {
      this.#beginInstruction();
    } else {
      this.#beginStartTag(at - origin);
      return at;
    }
    return at + 1;
  }

  #beginStartTag(nameStart: number): void {
    const { depth, childrenPerElement } = this.limits;
    if (this.#open.depth >= depth) {
      this.findings.refuse('policy-violation', `elements nested deeper than ${depth}`);
    } else if (this.#open.depth > 0 && this.#open.countChild() > childrenPerElement) {
      this.findings.refuse('policy-violation', `more than ${childrenPerElement} children`);
    }
    this.#startTag.begin(nameStart, this.limits);
    this.#state = 'startTag';
  }

  #readStartTag(bytes: Uint8Array, origin: number, from: number, end: number): number {
    const tag = this.#startTag;
    const at = tag.read(bytes, origin, from, end);
    if (!tag.ended) return at;
    if (this.#isHeader) {
      this.#endHeader(bytes, origin);
      return at;
    }
    const contentStart = at - origin - this.findings.surplus;
    const span = this.#spanCount;
    this.spans[span] = contentStart;
    this.spans[span + 1] = contentStart;
    this.#spanCount += 2;
    if (tag.ended === 'empty') {
      this.#endElement();
    } else {
      this.#open.push(tag.nameStart, tag.nameLength, span);
      this.#state = 'text';
    }
    return at;
  }

  #endHeader(bytes: Uint8Array, origin: number): void {
    const { nameStart, nameLength, ended } = this.#startTag;
    const start = origin + nameStart;
    this.rootName = Uint8Array.prototype.slice.call(bytes, start, start + nameLength);
    this.completed = 'rootStart';
    if (ended === 'empty') this.findings.refuse('bad-format', 'a stream without content');
  }

  #endElement(): void {
    if (this.#open.depth === 0) this.completed = 'element';
    else this.#state = 'text';
  }

  #text(bytes: Uint8Array, origin: number, from: number, end: number): number {
    const at = skipPlain(bytes, from, end, plainInText, this.findings);
    if (at >= end || this.findings.mustStop) return at;
    const byte = byteAt(bytes, at);
    if (byte === Byte.lessThan) {
      this.#tagStart = at - origin;
      this.#state = 'tagOpened';
    } else if (byte === Byte.ampersand) {
      this.#state = 'reference';
      this.#reference.begin();
    } else if (byte === Byte.greaterThan) {
      if (endsSection(bytes, at)) this.#malformed(']]> in character data');
    } else {
      this.findings.hasUnusualText = true;
    }
    return at + 1;
  }

  #readCdata(bytes: Uint8Array, from: number, end: number): number {
    const at = this.#cdata.read(bytes, from, end);
    if (this.#cdata.hasEnded) this.#state = 'text';
    return at;
  }

  #readReference(byte: number): void {
    if (this.#reference.take(byte)) this.#state = 'text';
  }

  #beginInstruction(): void {
    this.#state = 'declaration';
    if (this.#isHeader && this.#tagStart === 0) return;
    this.findings.refuse('restricted-xml', 'processing instructions are not allowed');
  }

  #declaration(bytes: Uint8Array, origin: number, at: number): void {
    if (at - origin >= maxDeclarationBytes) {
      this.findings.refuse('policy-violation', 'the XML declaration is too long');
      return;
    }
    if (byteAt(bytes, at) !== Byte.greaterThan || bytes[at - 1] !== Byte.question) return;
    const text = String.fromCharCode(...bytes.subarray(origin, at + 1));
    const violation = declarationViolation(text);
    if (violation) this.findings.refuse(violation.condition, violation.text);
    this.completed = 'declaration';
  }

  #beginEndTag(): void {
    this.#state = 'endName';
    this.#matched = 0;
    this.#contentEnd = this.#tagStart - this.findings.surplus;
    if (this.#isHeader || (this.#open.depth === 0 && !this.rootName)) this.#malformed(mismatch);
  }

  #endName(bytes: Uint8Array, origin: number, from: number, end: number): number {
    const isRoot = this.#open.depth === 0;
    const name = isRoot ? (this.rootName ?? bytes) : bytes;
    const nameStart = isRoot ? 0 : origin + this.#open.nameStart;
    const nameLength = isRoot ? name.length : this.#open.nameLength;
    const length = Math.min(nameLength - this.#matched, end - from);
    if (!sameBytes(bytes, from, name, nameStart + this.#matched, length)) this.#malformed(mismatch);
    this.#matched += length;
    const at = from + length;
    if (this.#matched === nameLength) {
      this.#state = 'endSpace';
      // A name beyond ASCII counts for the offsets here as it did in the start tag.
      if (!this.findings.isAscii) skipPlain(bytes, at - nameLength, at, plainInName, this.findings);
    }
    return at;
  }

  #endSpace(byte: number): void {
    if (byte === Byte.greaterThan) this.#endTag();
    else if (!isSpace(byte)) this.#malformed(mismatch);
  }

  #endTag(): void {
    if (this.#open.depth === 0) {
      this.completed = 'rootEnd';
      return;
    }
    this.spans[this.#open.pop() + 1] = this.#contentEnd;
    this.#endElement();
  }

  #malformed(text: string): void {
    this.findings.refuse('not-well-formed', text);
  }
}
