import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FromEgress, ToEgress } from '../../../src/egress/channel.js';
import { type EgressAbilities, EgressHost } from '../../../src/egress/egress-host.js';
import type { OutputHost, OutputRequest } from '../../../src/egress/outputs/output.js';
import { audio, video } from '../media/support/packets.js';
import { settings, until } from './support.js';

const sent: FromEgress[] = [];
const written: (() => void)[] = [];
/** While true the control process does not read. */
let stuck = false;
const hosts: EgressHost[] = [];

beforeEach(() => {
  sent.length = 0;
  written.length = 0;
  stuck = false;
});

afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
});

async function openHost(
  openOutput: EgressAbilities['openOutput'],
  changes: Partial<EgressAbilities> = {},
  packetMemory = settings.packetMemory,
): Promise<EgressHost> {
  const host = new EgressHost(
    { ...settings, packetMemory },
    (message, onWritten) => {
      sent.push(message);
      if (stuck) written.push(onWritten);
      else onWritten();
    },
    () => performance.now(),
    { openOutput, ...changes },
  );
  hosts.push(host);
  await host.open();
  expect(sent.splice(0)).toMatchObject([{ type: 'ready' }]);
  return host;
}

const openIntake = (id: number): ToEgress => ({
  type: 'openIntake',
  id,
  tag: id + 100,
  port: 9,
  tracks: [video, audio],
});
const openOutput = (id: number, intake: number): ToEgress => ({
  type: 'openOutput',
  id,
  intake,
  request: {} as OutputRequest,
});
const told = () =>
  sent
    .splice(0)
    .map((message) =>
      message.type === 'output'
        ? `${message.id} ${message.event.type}`
        : 'id' in message
          ? `${message.id} ${message.type}`
          : message.type,
    );

/** Outputs that take frames and say nothing. */
function taking(close: () => Promise<void> = async () => {}) {
  const opened: OutputHost[] = [];
  return {
    opened,
    openOutput: (_request: OutputRequest, host: OutputHost) => {
      opened.push(host);
      const leave = host.intake.subscribe(() => {});
      return {
        close: () => {
          leave();
          return close();
        },
      };
    },
  };
}

const nothing = { intakes: 0, outputs: 0, pipes: 0, timers: 0, memory: 0, foreign: 0 };

describe('EgressHost', () => {
  it('opens streams and what is made of them, and closes them without a trace', async () => {
    const { openOutput: open } = taking();
    const host = await openHost(open);
    host.handle(openIntake(1));
    host.handle(openOutput(2, 1));
    host.handle(openOutput(3, 1));
    expect(told()).toEqual(['1 opened', '2 opened', '3 opened']);
    expect(host.held).toMatchObject({ intakes: 1, outputs: 2, pipes: 1 });
    host.handle({ type: 'closeOutput', id: 2 });
    host.handle({ type: 'closeOutput', id: 2 });
    await until(() => host.held.outputs === 1);
    expect(told()).toEqual(['2 closed']);
    host.handle({ type: 'closeIntake', id: 1 });
    host.handle({ type: 'closeIntake', id: 1 });
    await until(() => host.held.outputs === 0);
    expect(told()).toEqual(['3 closed']);
    expect(host.held).toEqual(nothing);
  });

  it('refuses what is made of a stream that has ended, or that nobody can make', async () => {
    const host = await openHost(() => {
      throw new Error('no room');
    });
    host.handle(openIntake(1));
    host.handle(openOutput(2, 1));
    host.handle(openOutput(3, 9));
    expect(sent.slice(1)).toEqual([
      { type: 'refused', id: 2, reason: 'no room' },
      { type: 'refused', id: 3, reason: 'the stream has ended' },
    ]);
    expect(host.held.outputs).toBe(0);
  });

  it('refuses a stream for which it has no memory, and takes others again when some is free', async () => {
    const host = await openHost(taking().openOutput, {}, 5 << 20);
    const ids = [1, 2, 3, 4, 5, 6];
    for (const id of ids) host.handle(openIntake(id));
    const answers = told();
    expect(answers).toContain('1 opened');
    expect(answers).toContain('6 refused');
    for (const id of ids) host.handle({ type: 'closeIntake', id });
    expect(host.held).toEqual(nothing);
    host.handle(openIntake(7));
    expect(told()).toEqual(['7 opened']);
  });

  it('tells of one that fails while it is opened: opened, failed, closed', async () => {
    const host = await openHost((_request, { emit }) => {
      emit({ type: 'failed', reason: 'at once' });
      return { close: async () => {} };
    });
    host.handle(openIntake(1));
    host.handle(openOutput(2, 1));
    expect(told()).toEqual(['1 opened', '2 opened', '2 failed', '2 closed']);
    expect(host.held.outputs).toBe(0);
  });

  it('gives up one that does not end', async () => {
    const { openOutput: open } = taking(() => new Promise(() => {}));
    const host = await openHost(open, { closeTimeout: 20 });
    host.handle(openIntake(1));
    host.handle(openOutput(2, 1));
    host.handle({ type: 'closeOutput', id: 2 });
    expect(told()).toEqual(['1 opened', '2 opened']);
    await until(() => host.held.outputs === 0);
    expect(told()).toEqual(['2 closed']);
  });

  it('ends everything when it is closed, and does nothing that it is told then', async () => {
    const { openOutput: open } = taking();
    const host = await openHost(open);
    host.handle(openIntake(1));
    host.handle(openOutput(2, 1));
    const closing = host.close();
    host.handle(openOutput(3, 1));
    await closing;
    await host.close();
    expect(told()).toEqual(['1 opened', '2 opened', '2 closed']);
    expect(host.held).toEqual(nothing);
  });

  it('tells an output when the control process does not read, and ends one that goes on regardless', async () => {
    const { opened, openOutput: open } = taking();
    const host = await openHost(open, { limits: { output: 10_000, total: 100_000 } });
    host.handle(openIntake(1));
    host.handle(openOutput(2, 1));
    host.handle(openOutput(3, 1));
    told();
    stuck = true;
    const [careless, careful] = opened as [OutputHost, OutputHost];
    const event = { type: 'bytes', data: new Uint8Array(3000) } as unknown as Parameters<
      OutputHost['emit']
    >[0];
    for (let count = 0; count < 1000; count += 1) {
      careless.emit(event);
      if (!careful.congested()) careful.emit(event);
    }
    expect(host.held.outputs).toBe(1);
    const messages = told();
    expect(messages.filter((text) => text === '2 bytes').length).toBe(7);
    expect(messages.filter((text) => text === '3 bytes').length).toBe(4);
    expect(messages.filter((text) => text === '2 failed' || text === '2 closed')).toHaveLength(2);
    for (const done of written.splice(0)) done();
    expect(careful.congested()).toBe(false);
  });
});
