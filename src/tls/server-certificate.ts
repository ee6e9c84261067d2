import type { RequestListener } from 'node:http';
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { SecureVersion } from 'node:tls';
import { type Logger, reasonOf } from '../kit/index.js';
import { FileWatch, type FileWatchTimes } from './file-watch.js';
import { expiryOf, isSelfSigned, type KeyPair, secureContextOf } from './key-pair.js';

/** Where a certificate and its key come from. */
export interface PairSource {
  /** The paths to watch. */
  readonly files: readonly string[];
  /** @throws UnusablePair (rejects) */
  load(): Promise<KeyPair>;
}

const day = 24 * 60 * 60 * 1000;
/** A certificate that expires sooner is warned of, ms. */
const warnBefore = 14 * day;

export const usualTimes: FileWatchTimes = { settle: 200, poll: 60_000 };

/**
 * The certificate that the server shows. When its files change, new connections get the new one; those that there are go
 * on. A certificate and key that cannot be used change nothing, and the log says why.
 */
export class ServerCertificate {
  private readonly servers = new Set<Server>();
  private readonly watch: FileWatch;
  private refreshing: Promise<void> | null = null;
  /** What the log last said, so that it does not say it once a minute. */
  private complaint = '';
  private warnedAt = Number.NEGATIVE_INFINITY;

  private constructor(
    private readonly source: PairSource,
    private readonly minVersion: SecureVersion,
    private pair: KeyPair,
    private readonly log: Logger,
    times: FileWatchTimes,
  ) {
    this.watch = new FileWatch(source.files, times, () => void this.refresh());
    this.warnOfExpiry();
  }

  /** @throws UnusablePair (rejects) */
  static async open(
    source: PairSource,
    minVersion: SecureVersion,
    log: Logger,
    times = usualTimes,
  ): Promise<ServerCertificate> {
    return new ServerCertificate(source, minVersion, await source.load(), log, times);
  }

  /** Whether nobody but itself vouches for it. */
  get selfSigned(): boolean {
    return isSelfSigned(this.pair);
  }

  /** Makes a server that always has the current certificate. Bound: it may be handed over alone. */
  readonly createServer = (options: ServerOptions, listener: RequestListener): Server => {
    // Node's own ciphers and curves: forward secrecy first, kept up to date with it.
    const server = createServer({ ...options, ...secureContextOf(this.pair, this.minVersion) }, listener);
    this.servers.add(server);
    server.once('close', () => this.servers.delete(server));
    return server;
  };

  /** Reads the files again, once for all who ask meanwhile. Never rejects. */
  refresh(): Promise<void> {
    this.refreshing ??= this.readAgain().finally(() => {
      this.refreshing = null;
    });
    return this.refreshing;
  }

  close(): void {
    this.watch.close();
  }

  private async readAgain(): Promise<void> {
    try {
      const pair = await this.source.load();
      this.complaint = '';
      if (pair.digest !== this.pair.digest) this.take(pair);
      this.warnOfExpiry();
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === this.complaint) return;
      this.complaint = reason;
      this.log.error(
        { files: this.source.files, reason },
        'the new TLS certificate cannot be used, the old one stays',
      );
    }
  }

  private take(pair: KeyPair): void {
    for (const server of this.servers) server.setSecureContext(secureContextOf(pair, this.minVersion));
    this.pair = pair;
    this.warnedAt = Number.NEGATIVE_INFINITY;
    const { subjectAltName: names, validTo } = pair.leaf;
    this.log.info({ names, validTo }, 'new TLS certificate in use');
  }

  private warnOfExpiry(): void {
    const now = Date.now();
    if (expiryOf(this.pair) - now > warnBefore || now - this.warnedAt < day) return;
    this.warnedAt = now;
    const { subjectAltName: names, validTo } = this.pair.leaf;
    this.log.warn({ names, validTo }, 'the TLS certificate expires soon or has expired, renew it');
  }
}
