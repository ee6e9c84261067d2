import { EventEmitter } from 'node:events';

/** A forked process of which a test says what happens to it. */
export class FakeFork extends EventEmitter {
  readonly pid = nextPid++;
  connected = true;
  exitCode: number | null = null;
  signalCode: string | null = null;
  readonly sent: { readonly type: string; readonly id?: number }[] = [];
  readonly signals: string[] = [];

  send(message: { readonly type: string }): boolean {
    this.sent.push(message);
    return true;
  }

  kill(signal: string): boolean {
    this.signals.push(signal);
    return true;
  }

  /** It says something. */
  say(message: object): void {
    this.emit('message', message);
  }

  /** Its channel closes, and it goes on running. */
  disconnect(): void {
    this.connected = false;
    this.emit('disconnect');
  }

  /** It ends, as Node tells of it: the channel first. */
  end(signal = 'SIGKILL'): void {
    this.signalCode = signal;
    if (this.connected) this.disconnect();
    this.emit('exit', null, signal);
  }
}

let nextPid = 1000;

/** Those that have been started, in their order; instead of `node:child_process`. */
export function fakeForks() {
  const forks: FakeFork[] = [];
  const fork = () => {
    const child = new FakeFork();
    forks.push(child);
    return child;
  };
  return { forks, fork };
}
