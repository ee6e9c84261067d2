import type { Config } from '../../config/index.js';
import { type BoundedFolder, diskReason, type Logger, RateLimit } from '../../kit/index.js';
import type { Client } from '../../signaling/index.js';
import { encode, type JsonObject } from '../../wire/index.js';

const minute = 60_000;

/** `submitBugReport` (WCS spec B.10): keeps what an application reports, one file each. */
export class BugReports {
  private readonly rates = new WeakMap<Client, RateLimit>();

  constructor(
    private readonly folder: BoundedFolder,
    private readonly options: Config['diagnostics'],
    private readonly log: Logger,
  ) {}

  /** @param userAgent what the client said of its browser */
  async submit(client: Client, userAgent: string, report: JsonObject): Promise<void> {
    const { id: session, identity } = client.session;
    const refuse = (info: string) => client.send(encode.fail({ apiMethod: 'submitBugReport', info }));
    const rate = this.rates.get(client) ?? new RateLimit(this.options.bugReportRate, minute);
    this.rates.set(client, rate);
    if (!this.options.bugReports) return refuse('Bug reports are turned off');
    if (!rate.allow(performance.now())) return refuse('Too many bug reports');
    const text = `${JSON.stringify({
      time: new Date().toISOString(),
      session,
      remoteAddress: identity.remoteAddress,
      userAgent,
      report,
    })}\n`;
    if (Buffer.byteLength(text) > this.options.maxBugReportSize) return refuse('The bug report is too large');
    try {
      const file = await this.folder.add(text);
      this.log.info({ session, folder: this.folder.path, file }, 'bug report stored');
      client.send(encode.notifyBugReport(file));
    } catch (error) {
      this.log.warn(
        { session, folder: this.folder.path, reason: diskReason(error) },
        'bug report could not be written',
      );
      refuse('The bug report could not be written');
    }
  }
}
