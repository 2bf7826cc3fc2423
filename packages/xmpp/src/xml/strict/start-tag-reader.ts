import { AttributeNames } from './attribute-names.ts';
import { Byte, byteAt, isSpace, sameBytes } from './bytes.ts';
import { skipPlain } from './character-run.ts';
import { plainInName, plainInValue } from './characters.ts';
import type { Findings } from './findings.ts';
import { defaultNameLength, type XmlLimits } from './limits.ts';
import { isQualifiedName } from './qualified-name.ts';
import { ReferenceReader } from './reference-reader.ts';

type State =
  | 'elementName'
  | 'afterToken'
  | 'space'
  | 'attributeName'
  | 'equals'
  | 'quote'
  | 'value'
  | 'reference'
  | 'slash';

const protoName = new TextEncoder().encode('__proto__');

/**
 * Reads a start tag or an empty-element tag, from its name to its `>` (XML 1.0 §3.1). Positions
 * that it keeps count from `origin`.
 */
export class StartTagReader {
  /** What the tag turned out to be, once it is complete. */
  ended: 'start' | 'empty' | undefined;
  nameStart = 0;
  nameLength = 0;

  readonly #findings: Findings;
  readonly #attributes = new AttributeNames();
  readonly #reference: ReferenceReader;
  #limits: XmlLimits;
  #state: State = 'elementName';
  #tokenStart = 0;
  #quote = 0;

  constructor(findings: Findings, limits: XmlLimits) {
    this.#findings = findings;
    this.#limits = limits;
    this.#reference = new ReferenceReader(findings);
  }

  begin(nameStart: number, limits: XmlLimits): void {
    this.#limits = limits;
    this.ended = undefined;
    this.nameStart = nameStart;
    this.#attributes.clear();
    this.#state = 'elementName';
    this.#tokenStart = nameStart;
  }

  /** Reads until the tag has ended or something is broken, or to `end`. Gives the first byte not read. */
  read(bytes: Uint8Array, origin: number, from: number, end: number): number {
    const findings = this.#findings;
    let at = from;
    while (at < end && !this.ended && !findings.mustStop) {
      at = this.#step(bytes, origin, at, end);
    }
    return at;
  }

  #step(bytes: Uint8Array, origin: number, at: number, end: number): number {
    switch (this.#state) {
      case 'elementName':
      case 'attributeName':
        return this.#name(bytes, origin, at, end);
      case 'value':
        return this.#value(bytes, at, end);
      case 'space':
        return this.#space(byteAt(bytes, at), at, origin);
      default:
        this.#byte(this.#state, byteAt(bytes, at));
        return at + 1;
    }
  }

  #name(bytes: Uint8Array, origin: number, from: number, end: number): number {
    const maxBytes = this.#limits.nameLength ?? defaultNameLength;
    const start = origin + this.#tokenStart;
    const tooFar = start + maxBytes + 1;
    const at = skipPlain(bytes, from, Math.min(end, tooFar), plainInName, this.#findings);
    if (at >= tooFar || (this.#findings.isCutOff && tooFar < end)) {
      this.#findings.refuse('policy-violation', `a name longer than ${maxBytes} bytes`);
    } else if (at < end && !this.#findings.isCutOff) {
      if (!isQualifiedName(bytes, start, at)) {
        this.#malformed('a malformed name');
      } else if (this.#state === 'elementName') {
        this.nameLength = at - start;
        this.#state = 'afterToken';
      } else {
        this.#endAttributeName(bytes, origin, at - start);
      }
    }
    return at;
  }

  #endAttributeName(bytes: Uint8Array, origin: number, length: number): void {
    const { attributesPerElement } = this.#limits;
    const start = this.#tokenStart;
    this.#state = 'equals';
    if (!this.#attributes.add(bytes, origin, start, length)) {
      this.#malformed('an attribute that is given twice');
    } else if (this.#attributes.count > attributesPerElement) {
      const text = `more than ${attributesPerElement} attributes on an element`;
      this.#findings.refuse('policy-violation', text);
    } else if (
      length === protoName.length &&
      sameBytes(bytes, origin + start, protoName, 0, length)
    ) {
      // Objects cannot carry it as they carry other keys, and nothing needs it.
      this.#findings.refuse('policy-violation', 'an attribute named __proto__');
    }
  }

  #value(bytes: Uint8Array, from: number, end: number): number {
    const at = skipPlain(bytes, from, end, plainInValue, this.#findings);
    if (at >= end || this.#findings.mustStop) return at;
    const byte = byteAt(bytes, at);
    if (byte === this.#quote) {
      this.#state = 'afterToken';
    } else if (byte === Byte.ampersand) {
      this.#state = 'reference';
      this.#reference.begin();
    } else if (byte === Byte.lessThan) {
      this.#malformed('a < in the value of an attribute');
    } else if (isSpace(byte)) {
      this.#findings.hasUnusualText = true;
    }
    return at + 1;
  }

  /** The states in which every byte stands for itself. */
  #byte(state: State, byte: number): void {
    switch (state) {
      case 'equals':
        if (byte === Byte.equals) this.#state = 'quote';
        else if (!isSpace(byte)) this.#malformed('an attribute without a value');
        return;
      case 'quote':
        this.#quote = byte;
        if (byte === Byte.quote || byte === Byte.apostrophe) this.#state = 'value';
        else if (!isSpace(byte)) this.#malformed('an attribute value without quotes');
        return;
      case 'reference':
        if (this.#reference.take(byte)) this.#state = 'value';
        return;
      case 'slash':
        if (byte === Byte.greaterThan) this.ended = 'empty';
        else this.#malformed('a stray slash in a tag');
        return;
      default:
        if (!this.#endToken(byte)) this.#malformed('no white space before an attribute');
    }
  }

  /** After white space: the only place where an attribute may begin. */
  #space(byte: number, at: number, origin: number): number {
    if (this.#endToken(byte)) return at + 1;
    this.#state = 'attributeName';
    this.#tokenStart = at - origin;
    return at;
  }

  /** Whether `byte` is one of those that may follow a name or a value. */
  #endToken(byte: number): boolean {
    if (isSpace(byte)) this.#state = 'space';
    else if (byte === Byte.slash) this.#state = 'slash';
    else if (byte === Byte.greaterThan) this.ended = 'start';
    else return false;
    return true;
  }

  #malformed(text: string): void {
    this.#findings.refuse('not-well-formed', text);
  }
}
