import { pbkdf2Sync } from 'node:crypto';

/** CPU that checking a password by PLAIN against a SCRAM-SHA-256 verifier costs on this machine. */
export function hashingMs(iterations: number): number {
  const rounds = 5;
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round += 1)
    pbkdf2Sync('secret', `salt${round}`, iterations, 32, 'sha256');
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / rounds;
}
