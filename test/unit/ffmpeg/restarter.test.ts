import { beforeEach, describe, expect, it } from 'vitest';
import { Restarter } from '../../../src/ffmpeg/index.js';

/** Virtual time: what is due runs when the clock gets there. */
class Clock {
  time = 1000;
  private due: { at: number; run: () => void }[] = [];

  now(): number {
    return this.time;
  }

  after(delay: number, run: () => void): () => void {
    const entry = { at: this.time + delay, run };
    this.due.push(entry);
    return () => {
      this.due = this.due.filter((other) => other !== entry);
    };
  }

  get pending(): number {
    return this.due.length;
  }

  advance(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const next = this.due.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.due = this.due.filter((other) => other !== next);
      this.time = next.at;
      next.run();
    }
    this.time = end;
  }
}

class Child {
  closed = 0;
  constructor(readonly die: (reason: string) => void) {}
  close(): string {
    this.closed += 1;
    return 'closing';
  }
}

describe('a child that is wanted', () => {
  let clock: Clock;
  let children: Child[];
  let events: string[];
  let startable: boolean;
  let restarter: Restarter<Child>;

  beforeEach(() => {
    clock = new Clock();
    children = [];
    events = [];
    startable = true;
    restarter = new Restarter<Child>(
      {
        start: (onDeath) => {
          if (!startable) return null;
          const child = new Child(onDeath);
          children.push(child);
          return child;
        },
        onUp: (child) => events.push(`${clock.time}: up ${children.indexOf(child)}`),
        onDown: (reason, delay) => events.push(`${clock.time}: ${reason}, ${delay}`),
      },
      clock,
    );
  });

  it('is started once', () => {
    restarter.start();
    restarter.start();
    expect(events).toEqual(['1000: up 0']);
    expect(restarter.child).toBe(children[0]);
    expect(clock.pending).toBe(0);
  });

  it('is started again when it dies: at first at once, then more and more patiently, for ever', () => {
    restarter.start();
    const delays = [0, 500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000];
    for (const [index, delay] of delays.entries()) {
      clock.advance(10);
      children[index]?.die('boom');
      expect(restarter.child).toBeNull();
      expect(events.at(-1)).toBe(`${clock.time}: boom, ${delay}`);
      if (delay > 0) clock.advance(delay - 1);
      expect(children).toHaveLength(index + 1);
      clock.advance(delay > 0 ? 1 : 0);
      expect(events.at(-1)).toBe(`${clock.time}: up ${index + 1}`);
    }
  });

  it('is taken for well after a minute of life', () => {
    restarter.start();
    for (const [life, delay] of [
      [0, 0],
      [0, 500],
      [59_999, 1000],
      [60_000, 0],
      [0, 500],
    ] as const) {
      clock.advance(life);
      children.at(-1)?.die('boom');
      expect(events.at(-1)).toBe(`${clock.time}: boom, ${delay}`);
      clock.advance(delay);
    }
  });

  it('is tried again when it cannot be started', () => {
    startable = false;
    restarter.start();
    clock.advance(600);
    expect(events).toEqual([
      '1000: it cannot be started, 0',
      '1000: it cannot be started, 500',
      '1500: it cannot be started, 1000',
    ]);
    startable = true;
    clock.advance(1000);
    expect(events.at(-1)).toBe('2500: up 0');
  });

  it('is closed and not started again when it is not wanted any more', () => {
    restarter.start();
    expect(restarter.stop()).toBe('closing');
    children[0]?.die('closed');
    clock.advance(100_000);
    expect(children).toHaveLength(1);
    expect(children[0]?.closed).toBe(1);
    expect(events).toEqual(['1000: up 0']);
    expect(restarter.stop()).toBeUndefined();
  });

  it('is not started again when it is not wanted any more while it waits', () => {
    restarter.start();
    children[0]?.die('boom');
    restarter.stop();
    expect(clock.pending).toBe(0);
    clock.advance(100_000);
    expect(children).toHaveLength(1);
  });

  it('is its own when it is wanted again, whatever is heard of the one before', () => {
    restarter.start();
    restarter.stop();
    restarter.start();
    children[0]?.die('late');
    expect(restarter.child).toBe(children[1]);
    children[1]?.die('boom');
    children[1]?.die('twice');
    expect(clock.pending).toBe(1);
    expect(events.at(-1)).toBe('1000: boom, 0');
  });

  it('may die while it is being started', () => {
    let deaths = 0;
    const hasty = new Restarter<Child>(
      {
        start: (onDeath) => {
          const child = new Child(onDeath);
          children.push(child);
          if (deaths++ === 0) onDeath('at once');
          return child;
        },
        onUp: (child) => events.push(`up ${children.indexOf(child)}`),
        onDown: (reason) => events.push(reason),
      },
      clock,
    );
    hasty.start();
    expect(hasty.child).toBeNull();
    expect(children[0]?.closed).toBe(1);
    clock.advance(0);
    expect(events).toEqual(['at once', 'up 1']);
  });

  it('may be given up by its owner as it dies', () => {
    const owner = new Restarter<Child>(
      {
        start: (onDeath) => {
          const child = new Child(onDeath);
          children.push(child);
          return child;
        },
        onUp: () => {},
        onDown: () => owner.stop(),
      },
      clock,
    );
    owner.start();
    children[0]?.die('boom');
    clock.advance(100_000);
    expect(children).toHaveLength(1);
  });
});
