// A CA and what it has signed, made anew by openssl for a test.

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
}

export class Certificates {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async begin(): Promise<Certificates> {
    return new Certificates(await mkdtemp(join(tmpdir(), 'rollcall-certificates-')));
  }

  /** Signed by itself. */
  async authority(name: string): Promise<Certificate> {
    const made = this.#filesOf(name);
    const output = ['-keyout', made.keyFile, '-out', made.certFile];
    await run('openssl', [
      'req',
      '-x509',
      ...newKey,
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
      ...output,
    ]);
    return made;
  }

  /** For one subject alternative name, such as `IP:127.0.0.1` or `DNS:nats.example`. */
  async signed(name: string, by: Certificate, subject: string): Promise<Certificate> {
    const made = this.#filesOf(name);
    const request = join(this.folder, `${name}.csr`);
    const extensions = join(this.folder, `${name}.ext`);
    await writeFile(extensions, `subjectAltName=${subject}\n`);
    const output = ['-keyout', made.keyFile, '-out', request];
    await run('openssl', ['req', ...newKey, '-subj', `/CN=${name}`, ...output]);
    const signer = ['-CA', by.certFile, '-CAkey', by.keyFile, '-CAcreateserial', '-days', '2'];
    const files = ['-in', request, '-extfile', extensions, '-out', made.certFile];
    await run('openssl', ['x509', '-req', ...signer, ...files]);
    return made;
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  #filesOf(name: string): Certificate {
    return {
      certFile: join(this.folder, `${name}.pem`),
      keyFile: join(this.folder, `${name}.key`),
    };
  }
}
