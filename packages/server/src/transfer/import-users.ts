// The way of a file of users into the server: lines are read, passwords hashed several at once, users taken in by the
// batch, in the order of the lines.

import type { ImportedUser } from '@rollcall/cluster';
import type { ScramVerifiers } from '@rollcall/store';
import type { BareJid, Parsed } from '@rollcall/xmpp';
import type { Administration } from '../administration/administration.ts';
import { mapInOrder } from './in-order.ts';
import type { TextLine } from './text-lines.ts';
import { parseUserLine } from './user-line.ts';

export interface ImportOptions {
  readonly administration: Pick<Administration, 'importUsers'>;
  /** On the thread pool. */
  readonly hash: (password: string) => Promise<Parsed<ScramVerifiers>>;
  /** A line of which nothing was taken in, and why. */
  readonly onBadLine: (number: number, problem: string) => void;
  /** So many bytes more are dealt with. */
  readonly onProgress: (bytes: number) => void;
}

export interface ImportReport {
  readonly users: number;
  readonly badLines: number;
}

/** Enough to keep every thread of the pool busy. */
const hashingAtOnce = 16;

/** Users of one batch share the store's commits; its bytes bound the memory. */
const maxBatchUsers = 500;
const maxBatchBytes = 2 * 1024 * 1024;

export async function importUsers(
  lines: AsyncIterable<TextLine>,
  options: ImportOptions,
): Promise<ImportReport> {
  const report = { users: 0, badLines: 0 };
  let underWay: Promise<void> = Promise.resolve();
  const readLines = mapInOrder(lines, hashingAtOnce, (line) => readLine(line, options.hash));
  for await (const batch of batches(readLines)) {
    // One batch is read while the one before it is taken in.
    await underWay;
    underWay = takeIn(batch, options, report);
    underWay.catch(() => undefined);
  }
  await underWay;
  return report;
}

interface ReadLine {
  readonly number: number;
  readonly bytes: number;
  /** What is to be taken in; a problem; nothing for an empty line. */
  readonly content: Parsed<ImportedUser> | undefined;
}

async function readLine(
  { number, bytes, text, problem }: TextLine,
  hash: ImportOptions['hash'],
): Promise<ReadLine> {
  if (text === '') return { number, bytes, content: undefined };
  const user: ReadLine['content'] =
    text === undefined ? { ok: false, problem } : await readUser(text, hash);
  return { number, bytes, content: user };
}

async function readUser(text: string, hash: ImportOptions['hash']): Promise<Parsed<ImportedUser>> {
  const parsed = parseUserLine(text);
  if (!parsed.ok) return parsed;
  const { jid, password, verifiers, roster } = parsed.value;
  const hashed = password === undefined ? undefined : await hash(password);
  if (hashed?.ok === false) return { ok: false, problem: `password: ${hashed.problem}` };
  const credentials = hashed?.value ?? verifiers;
  return {
    ok: true,
    value: { jid, roster, ...(credentials === undefined ? {} : { credentials }) },
  };
}

/** A user who comes a second time begins another batch, so that the later line has the last word. */
async function* batches(lines: AsyncIterable<ReadLine>): AsyncGenerator<readonly ReadLine[]> {
  let batch: ReadLine[] = [];
  let users = new Set<BareJid>();
  let bytes = 0;
  for await (const line of lines) {
    const user = line.content?.ok === true ? line.content.value.jid : undefined;
    const isFull = batch.length >= maxBatchUsers || bytes >= maxBatchBytes;
    if (isFull || (user !== undefined && users.has(user))) {
      yield batch;
      batch = [];
      users = new Set();
      bytes = 0;
    }
    batch.push(line);
    bytes += line.bytes;
    if (user !== undefined) users.add(user);
  }
  if (batch.length > 0) yield batch;
}

async function takeIn(
  batch: readonly ReadLine[],
  { administration, onBadLine, onProgress }: ImportOptions,
  report: { users: number; badLines: number },
): Promise<void> {
  const users = batch.flatMap(({ content }) => (content?.ok === true ? [content.value] : []));
  const problems = (users.length > 0 ? await administration.importUsers(users) : []).values();
  for (const { number, bytes, content } of batch) {
    onProgress(bytes);
    if (content === undefined) continue;
    const problem = content.ok ? problems.next().value : content.problem;
    if (problem === undefined) {
      report.users++;
    } else {
      report.badLines++;
      onBadLine(number, problem);
    }
  }
}
