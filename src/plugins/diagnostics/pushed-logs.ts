import type { Config } from '../../config/index.js';
import { type Logger, RateLimit } from '../../kit/index.js';
import type { Client } from '../../signaling/index.js';
import { redactText } from './redact.js';

const second = 1000;
/** Least time between two remarks on what was dropped of one client, ms. */
const remarkInterval = 10 * second;

interface Intake {
  readonly rate: RateLimit;
  nextRemark: number;
}

/** `pushLogs` (WCS spec B.10): the lines of clients' own logs, so many a second of each, at level debug. */
export class PushedLogs {
  private readonly intakes = new WeakMap<Client, Intake>();

  constructor(
    private readonly options: Config['diagnostics'],
    private readonly log: Logger,
  ) {}

  /** @param now ms, on a clock that does not go back */
  take(client: Client, logs: string, now: number): void {
    if (!this.log.isLevelEnabled('debug')) return;
    const intake = this.intakeOf(client, now);
    if (now >= intake.nextRemark) {
      intake.nextRemark = now + remarkInterval;
      this.remark(client, intake);
    }
    if (!intake.rate.allow(now)) return;
    const { logLineLength } = this.options;
    const line = redactText(logs.slice(0, logLineLength)).slice(0, logLineLength);
    this.log.debug({ session: client.session.id, line: onOneLine(line) }, 'client log');
  }

  end(client: Client): void {
    const intake = this.intakes.get(client);
    if (intake) this.remark(client, intake);
  }

  private intakeOf(client: Client, now: number): Intake {
    const known = this.intakes.get(client);
    if (known) return known;
    const rate = new RateLimit(this.options.logLineRate, second);
    const intake = { rate, nextRemark: now + remarkInterval };
    this.intakes.set(client, intake);
    return intake;
  }

  private remark(client: Client, { rate }: Intake): void {
    const dropped = rate.takeRefused();
    if (dropped > 0) this.log.debug({ session: client.session.id, dropped }, 'client log lines dropped');
  }
}

/** No control, format or line-separating character of a client's reaches a log. */
function onOneLine(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}
