import { join } from 'node:path';
import type { SecureVersion } from 'node:tls';
import { Fault, type Logger, reasonOf } from '../kit/index.js';
import { readKeyPair } from './key-pair.js';
import { certifiable, selfSignedFiles, selfSignedPair } from './self-signed.js';
import { type PairSource, ServerCertificate } from './server-certificate.js';

export interface TlsOptions {
  /** Path of the PEM file; empty for a self-signed one. */
  readonly certificate: string;
  readonly key: string;
  readonly minVersion: SecureVersion;
}

/**
 * Opens the configured certificate, or the self-signed one, which is made where there is none.
 * @param folder where the self-signed one is kept
 * @param names what it is to bear; what is neither a host name nor an address is left out
 * @throws (rejects) Fault TLS_CERTIFICATE_UNUSABLE
 */
export async function openCertificate(
  options: TlsOptions,
  folder: string,
  names: readonly string[],
  log: Logger,
): Promise<ServerCertificate> {
  const { certificate, key, minVersion } = options;
  const source = certificate === '' ? selfSigned(folder, certifiable(names)) : configured(certificate, key);
  return orFault(source, () => ServerCertificate.open(source, minVersion, log));
}

/**
 * Reads the configured certificate, if there is one, and its key.
 * @throws (rejects) Fault TLS_CERTIFICATE_UNUSABLE
 */
export async function checkCertificate({ certificate, key }: TlsOptions): Promise<void> {
  if (certificate === '') return;
  const source = configured(certificate, key);
  await orFault(source, () => source.load());
}

async function orFault<T>({ files }: PairSource, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw Fault.of('TLS_CERTIFICATE_UNUSABLE', { files: files.join(' and '), reason: reasonOf(error) });
  }
}

/** The folder of the self-signed certificate in the data folder. */
export function certificateFolder(dataDir: string): string {
  return join(dataDir, 'tls');
}

function configured(certificate: string, key: string): PairSource {
  return { files: [certificate, key], load: () => readKeyPair(certificate, key) };
}

function selfSigned(folder: string, names: readonly string[]): PairSource {
  const { certificate, key } = selfSignedFiles(folder);
  return { files: [certificate, key], load: () => selfSignedPair(folder, names, Date.now()) };
}
