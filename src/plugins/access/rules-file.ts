import { readFileSync, type Stats, stat, statSync } from 'node:fs';
import { Fault, type Logger, reasonOf } from '../../kit/index.js';
import { Rules } from './rules.js';

const largest = 1024 * 1024;
/** How often the file is looked at, ms: also where it is replaced, or a link to it is. */
const interval = 1000;

/** Rules in a file, read again when it changes. What is not valid leaves those that there were. */
export class RulesFile {
  private current: Rules;
  /** Which file the rules are of. */
  private seen: string;
  private readonly looking: NodeJS.Timeout;

  /** @throws Fault when it cannot be used */
  constructor(
    private readonly path: string,
    private readonly log: Logger,
  ) {
    try {
      // In this order: what is changed while it is read is read again.
      this.seen = identityOf(statSync(path));
      this.current = read(path);
    } catch (error) {
      throw Fault.of('RULES_INVALID', { path, reason: reasonOf(error) });
    }
    this.looking = setInterval(() => this.look(), interval).unref();
  }

  get rules(): Rules {
    return this.current;
  }

  close(): void {
    clearInterval(this.looking);
  }

  private look(): void {
    stat(this.path, (error, stats) => {
      const found = error ? 'none' : identityOf(stats);
      if (found === this.seen) return;
      this.seen = found;
      this.reload();
    });
  }

  private reload(): void {
    const { path } = this;
    try {
      this.current = read(path);
      this.log.info({ path }, 'access rules read again');
    } catch (error) {
      this.log.error({ path, reason: reasonOf(error) }, 'access rules not usable, the old ones stay');
    }
  }
}

/** Another file under the same name has another one, and so has one that was written to. */
function identityOf({ dev, ino, size, mtimeMs, ctimeMs }: Stats): string {
  return [dev, ino, size, mtimeMs, ctimeMs].join();
}

function read(path: string): Rules {
  if (statSync(path).size > largest) throw new Error(`it has more than ${largest} bytes`);
  return Rules.parse(readFileSync(path, 'utf8'));
}
