// What one thing of each kind costs, as measured: the file that `rollcall bench calibrate` writes and `rollcall plan` reads.

import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { BenchFailure } from '../failure/bench-failure.ts';

const amount = z.number().nonnegative();

/** Of one kind of process, all of its kind together. CPU in µs, memory in KiB. */
const roleCosts = z.object({
  /** A change of presence, whoever sees it: of a cluster, at `messagesPerChange` on the bus. */
  changeUs: amount,
  /** A change seen by one contact. */
  deliveryUs: amount,
  /** A stream, authentication without hashing, binding, the roster request, becoming available. */
  loginUs: amount,
  /** An item of the roster that is sent at login. */
  rosterItemUs: amount,
  /** A presence of those exchanged at login, in either direction. */
  arrivalUs: amount,
  /** The end of a session, without what its contacts see of it. */
  logoutUs: amount,
  /** A mutual subscription. */
  handshakeUs: amount,
  sessionKiB: amount,
  /** An item in the roster of somebody online. */
  rosterItemKiB: amount,
  /** A process that nobody uses. */
  baseMiB: amount,
});

const busCosts = z.object({
  messageBytes: amount,
  deliveryBytes: amount,
  /** In the run that `changeUs` comes from. */
  messagesPerChange: amount,
});

/** Runs that no cost comes from: what the costs say of them, and what they were. */
const check = z.object({ what: z.string(), predictedUs: amount, measuredUs: amount });
const checks = z.array(check).readonly();

const provenance = z.object({
  date: z.string(),
  machine: z.string(),
  version: z.string(),
  /** That makes such a file anew. */
  command: z.string(),
});

const constantsSchema = z.object({
  measured: provenance,
  /** Checking a password by PLAIN, with the default iterations; with SCRAM clients do it. */
  hashingUs: amount,
  embedded: z.object({ server: roleCosts, checks }),
  cluster: z
    .object({
      size: z.string(),
      engine: roleCosts,
      frontEnd: roleCosts,
      nats: roleCosts,
      bus: busCosts,
      checks,
    })
    .optional(),
});

export type RoleCosts = z.infer<typeof roleCosts>;
export type BusCosts = z.infer<typeof busCosts>;
export type Check = z.infer<typeof check>;
export type Constants = z.infer<typeof constantsSchema>;

/** Those that come with the package. */
export const publishedConstants = new URL('../../constants.json', import.meta.url);

export async function readConstants(file: string | URL): Promise<Constants> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new BenchFailure(`The constants cannot be read: ${String(cause)}`, { cause });
  });
  return parseConstants(text, String(file));
}

export function parseConstants(text: string, name: string): Constants {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new BenchFailure(`${name} is not JSON.`);
  }
  const parsed = constantsSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new BenchFailure(`${name} does not hold the constants of a plan: ${problems.join('; ')}`);
}

export function formatConstants(constants: Constants): string {
  const rounded = (_key: string, value: unknown) =>
    typeof value === 'number' ? Number(value.toPrecision(4)) : value;
  return `${JSON.stringify(constants, rounded, 2)}\n`;
}
