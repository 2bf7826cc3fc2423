/** A certificate for `localhost`, gone after the test that asked for it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { selfSignedCertificate, type KeyAndCertificate } from '../src/index.ts';

export async function certificate(): Promise<KeyAndCertificate> {
  const directory = await mkdtemp(join(tmpdir(), 'rollcall-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return selfSignedCertificate({ domains: ['localhost'], directory, nowMs: Date.now() });
}
