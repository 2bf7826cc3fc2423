// Lines of UTF-8 from a stream of bytes, however long, up to a bound.

export interface TextLine {
  /** Counted from 1. */
  readonly number: number;
  /** Undefined for a line that is not text or is too long; `problem` says which. */
  readonly text: string | undefined;
  readonly problem: string;
  /** With its end of line. */
  readonly bytes: number;
}

export interface TextLineOptions {
  /** A longer line is passed over, without being kept. Default 64 MiB. */
  readonly maxLineBytes?: number;
}

const newline = 0x0a;

export async function* textLines(
  source: AsyncIterable<Uint8Array>,
  { maxLineBytes = 64 * 1024 * 1024 }: TextLineOptions = {},
): AsyncGenerator<TextLine> {
  let number = 0;
  let pieces: Uint8Array[] = [];
  let bytes = 0;
  const take = (piece: Uint8Array) => {
    bytes += piece.length;
    if (bytes <= maxLineBytes) pieces.push(piece);
    else pieces = [];
  };
  const finish = (): TextLine => {
    const line = { number: ++number, bytes, ...textOf(pieces, bytes > maxLineBytes) };
    pieces = [];
    bytes = 0;
    return line;
  };

  for await (const chunk of source) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      take(chunk.subarray(start, end + 1));
      yield finish();
      start = end + 1;
    }
    if (start < chunk.length) take(chunk.subarray(start));
  }
  if (bytes > 0) yield finish();
}

function textOf(
  pieces: readonly Uint8Array[],
  tooLong: boolean,
): Pick<TextLine, 'text' | 'problem'> {
  if (tooLong) return { text: undefined, problem: 'the line is too long' };
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces));
    return { text: text.trim(), problem: '' };
  } catch {
    return { text: undefined, problem: 'the line is not UTF-8' };
  }
}
