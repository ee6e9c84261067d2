import { describe, expect, it } from 'vitest';
import { Agenda, type Timed } from '../../../src/kit/index.js';

/** A task that notes when it ran and answers with what it is told to. */
function task(name: string, ran: string[], onTime: (now: number) => number): Timed {
  return {
    onTime(now) {
      ran.push(`${name}@${now}`);
      return onTime(now);
    },
  };
}

const never = () => Number.POSITIVE_INFINITY;

describe('Agenda', () => {
  it('is empty at first', () => {
    const agenda = new Agenda();
    expect(agenda.size).toBe(0);
    expect(agenda.nextDue).toBe(Number.POSITIVE_INFINITY);
    agenda.run(1e12);
  });

  it('runs what is due in order of its time, ties in order of scheduling, and nothing before its time', () => {
    const agenda = new Agenda();
    const ran: string[] = [];
    for (const [name, due] of [
      ['c', 30],
      ['a', 10],
      ['b1', 20],
      ['b2', 20],
      ['d', 31],
    ] as const) {
      agenda.schedule(task(name, ran, never), due);
    }
    expect(agenda.nextDue).toBe(10);
    agenda.run(9);
    expect(ran).toEqual([]);
    agenda.run(30);
    expect(ran).toEqual(['a@30', 'b1@30', 'b2@30', 'c@30']);
    expect(agenda.size).toBe(1);
    expect(agenda.nextDue).toBe(31);
  });

  it('runs a task again at the time it returns', () => {
    const agenda = new Agenda();
    const ran: string[] = [];
    agenda.schedule(
      task('t', ran, (now) => now + 10),
      5,
    );
    for (let now = 0; now <= 30; now++) agenda.run(now);
    expect(ran).toEqual(['t@5', 't@15', 't@25']);
    expect(agenda.nextDue).toBe(35);
  });

  it('keeps only the latest time of a task', () => {
    const agenda = new Agenda();
    const ran: string[] = [];
    const t = task('t', ran, never);
    agenda.schedule(t, 5);
    agenda.schedule(t, 20);
    expect(agenda.size).toBe(1);
    agenda.run(10);
    expect(ran).toEqual([]);
    agenda.schedule(t, 12);
    agenda.run(12);
    agenda.run(20);
    expect(ran).toEqual(['t@12']);
    expect(agenda.size).toBe(0);
  });

  it('forgets a cancelled task, and one scheduled for never', () => {
    const agenda = new Agenda();
    const ran: string[] = [];
    const t = task('t', ran, never);
    agenda.schedule(t, 5);
    agenda.cancel(t);
    agenda.cancel(t);
    expect(agenda.nextDue).toBe(Number.POSITIVE_INFINITY);
    agenda.schedule(t, 5);
    agenda.schedule(t, Number.POSITIVE_INFINITY);
    agenda.run(10);
    expect(ran).toEqual([]);
    expect(agenda.size).toBe(0);
  });

  it('lets a task be cancelled by another that is due before it', () => {
    const agenda = new Agenda();
    const ran: string[] = [];
    const second = task('second', ran, never);
    agenda.schedule(
      task('first', ran, () => {
        agenda.cancel(second);
        return Number.POSITIVE_INFINITY;
      }),
      1,
    );
    agenda.schedule(second, 2);
    agenda.run(5);
    expect(ran).toEqual(['first@5']);
  });

  it('discards the time a task returns after it cancelled itself', () => {
    const agenda = new Agenda();
    const ran: string[] = [];
    const t = task('t', ran, (now) => {
      agenda.cancel(t);
      return now + 1;
    });
    agenda.schedule(t, 0);
    agenda.run(0);
    agenda.run(10);
    expect(ran).toEqual(['t@0']);
    expect(agenda.size).toBe(0);
  });

  it.each([
    ['a time', 50, 50],
    ['never', Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
  ])('prefers %s that a running task schedules to what it returns', (_, scheduled, due) => {
    const agenda = new Agenda();
    const t: Timed = {
      onTime(now) {
        agenda.schedule(t, scheduled);
        return now + 1;
      },
    };
    agenda.schedule(t, 0);
    agenda.run(0);
    expect(agenda.nextDue).toBe(due);
  });

  it('takes the last word of a task that cancels and schedules itself', () => {
    const agenda = new Agenda();
    const last: Timed = {
      onTime() {
        agenda.schedule(last, 5);
        agenda.cancel(last);
        agenda.schedule(last, 70);
        return 1;
      },
    };
    agenda.schedule(last, 0);
    agenda.run(0);
    expect(agenda.nextDue).toBe(70);
  });

  it('runs each task at most once a call, and lets nobody starve', () => {
    const agenda = new Agenda();
    const ran: string[] = [];
    agenda.schedule(task('eager', ran, never), 0);
    const eager = task('again', ran, () => 0);
    agenda.schedule(eager, 1);
    agenda.schedule(task('late', ran, never), 9);
    agenda.run(10);
    expect(ran).toEqual(['eager@10', 'again@10', 'late@10']);
    expect(agenda.nextDue).toBe(0);
    agenda.run(11);
    expect(ran.slice(3)).toEqual(['again@11']);
  });

  it('goes on after a task that throws', () => {
    const agenda = new Agenda();
    const ran: string[] = [];
    agenda.schedule(
      task('bad', ran, () => {
        throw new Error('bad');
      }),
      1,
    );
    agenda.schedule(task('good', ran, never), 2);
    expect(() => agenda.run(5)).toThrow('bad');
    agenda.run(5);
    expect(ran).toEqual(['bad@5', 'good@5']);
  });

  it('orders many random times like a sort', () => {
    const agenda = new Agenda();
    const due: number[] = [];
    const seen: number[] = [];
    let seed = 7;
    const random = () => {
      seed = (seed * 48271) % 2147483647;
      return seed % 500;
    };
    const tasks: Timed[] = [];
    for (let i = 0; i < 1000; i++) {
      const time = random();
      const t: Timed = {
        onTime() {
          seen.push(time);
          return Number.POSITIVE_INFINITY;
        },
      };
      tasks.push(t);
      agenda.schedule(t, time);
      due.push(time);
    }
    const kept = due.filter((_, i) => i % 3 !== 0);
    for (const [i, t] of tasks.entries()) if (i % 3 === 0) agenda.cancel(t);
    for (let now = 0; now < 500; now += 7) agenda.run(now);
    agenda.run(500);
    expect(seen).toEqual(kept.sort((a, b) => a - b));
  });

  it('keeps to the last of many times, earlier and later, that each task is given', () => {
    const agenda = new Agenda();
    const ran: string[] = [];
    let seed = 11;
    const random = (below: number) => {
      seed = (seed * 48271) % 2147483647;
      return seed % below;
    };
    const tasks = Array.from({ length: 50 }, (_, i) => task(`${i}`, ran, never));
    const due = new Map<number, number>();
    for (let step = 0; step < 5000; step++) {
      const i = random(50);
      if (random(5) === 0) {
        agenda.cancel(tasks[i] as Timed);
        due.delete(i);
      } else {
        const time = random(1000);
        agenda.schedule(tasks[i] as Timed, time);
        due.set(i, time);
      }
      expect(agenda.nextDue).toBe(Math.min(Number.POSITIVE_INFINITY, ...due.values()));
    }
    expect(agenda.size).toBe(due.size);
    for (let now = 0; now < 1000; now++) agenda.run(now);
    expect(ran.map((name) => name.split('@').map(Number))).toEqual(
      expect.arrayContaining([...due].map(([i, time]) => [i, time])),
    );
    expect(ran).toHaveLength(due.size);
  });

  it('lets a task that waits for the next call be moved and cancelled meanwhile', () => {
    const agenda = new Agenda();
    const ran: string[] = [];
    const [moved, cancelled] = [task('moved', ran, never), task('cancelled', ran, never)];
    agenda.schedule(
      task('first', ran, () => {
        agenda.schedule(moved, 1);
        agenda.schedule(cancelled, 1);
        return Number.POSITIVE_INFINITY;
      }),
      0,
    );
    agenda.schedule(
      task('second', ran, () => {
        agenda.schedule(moved, 30);
        agenda.cancel(cancelled);
        return Number.POSITIVE_INFINITY;
      }),
      2,
    );
    agenda.run(10);
    expect(ran).toEqual(['first@10', 'second@10']);
    expect(agenda.nextDue).toBe(30);
    agenda.run(30);
    expect(ran.slice(2)).toEqual(['moved@30']);
    expect(agenda.size).toBe(0);
  });
});
