import { X509Certificate } from 'node:crypto';
import { mkdtemp, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { selfSignedCertificate } from './self-signed.ts';

const nowMs = Date.UTC(2026, 0, 1);
const yearMs = 365 * 86_400_000;
const newDirectory = async () => join(await mkdtemp(join(tmpdir(), 'rollcall-')), 'tls');

describe('a self-signed certificate', () => {
  it('is for all served domains, by their ASCII names, and its key is nobody else’s to read', async () => {
    const directory = await newDirectory();
    const { cert } = await selfSignedCertificate({
      domains: ['localhost', 'bücher.example'],
      directory,
      nowMs,
    });
    const certificate = new X509Certificate(cert);
    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect(certificate.checkHost('xn--bcher-kva.example')).toBeDefined();
    const { mode } = await stat(join(directory, 'self-signed-key.pem'));
    expect(mode & 0o777).toBe(0o600);
  });

  it('stays the same between starts', async () => {
    const directory = await newDirectory();
    const options = { domains: ['localhost'], directory, nowMs } as const;
    const first = await selfSignedCertificate(options);
    expect(await selfSignedCertificate({ ...options, nowMs: nowMs + yearMs })).toEqual(first);
  });

  it('is made anew for a new domain, when it runs out, or when its file is damaged', async () => {
    const directory = await newDirectory();
    const options = { domains: ['localhost'], directory, nowMs } as const;
    const first = await selfSignedCertificate(options);
    const second = await selfSignedCertificate({ ...options, domains: ['localhost', 'b.example'] });
    expect(second.cert).not.toBe(first.cert);
    const third = await selfSignedCertificate({ ...options, nowMs: nowMs + 10 * yearMs });
    expect(third.cert).not.toBe(second.cert);
    await writeFile(join(directory, 'self-signed-certificate.pem'), 'rubbish');
    const fourth = await selfSignedCertificate(options);
    expect(new X509Certificate(fourth.cert).checkHost('localhost')).toBe('localhost');
  });

  it('says so when it cannot be kept', async () => {
    const directory = await newDirectory();
    await writeFile(directory, 'a file in the way');
    await expect(
      selfSignedCertificate({ domains: ['localhost'], directory, nowMs }),
    ).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});
