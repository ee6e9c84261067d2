import { readFileSync, statSync, unwatchFile, watchFile } from 'node:fs';
import { Fault, type Logger, reasonOf } from '../../kit/index.js';
import { Rules } from './rules.js';

const largest = 1024 * 1024;
/** How often the file is looked at, ms: also where it is replaced, or a link to it is. */
const interval = 1000;

/** Rules in a file, read again when it changes. What is not valid leaves those that there were. */
export class RulesFile {
  private current: Rules;
  private readonly onChange = () => this.reload();

  /** @throws Fault when it cannot be used */
  constructor(
    private readonly path: string,
    private readonly log: Logger,
  ) {
    try {
      this.current = read(path);
    } catch (error) {
      throw Fault.of('RULES_INVALID', { path, reason: reasonOf(error) });
    }
    watchFile(path, { interval, persistent: false }, this.onChange);
  }

  get rules(): Rules {
    return this.current;
  }

  close(): void {
    unwatchFile(this.path, this.onChange);
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

function read(path: string): Rules {
  if (statSync(path).size > largest) throw new Error(`it has more than ${largest} bytes`);
  return Rules.parse(readFileSync(path, 'utf8'));
}
