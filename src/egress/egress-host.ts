import { FfmpegPool } from '../ffmpeg/index.js';
import { createLogger } from '../kit/index.js';
import type { EgressSettings, FromEgress, ToEgress } from './channel.js';
import { HeapPool } from './intake/heap-pool.js';
import { Intake } from './intake/intake.js';
import { LoopTimer } from './intake/loop-timer.js';
import { PipeSocket } from './intake/pipe-socket.js';
import { openOutput } from './outputs/open-output.js';
import type { Output, OutputEvent } from './outputs/output.js';

/** An output, and the stream that it is made of. */
interface Making {
  readonly output: Output;
  readonly intake: Intake;
}

/** Everything in one egress process: the streams it takes in, and what it makes of them. */
export class EgressHost {
  private readonly socket: PipeSocket;
  private readonly timer: LoopTimer;
  /** Null without ffmpeg. */
  private readonly ffmpeg: FfmpegPool | null;
  private readonly intakes = new Map<number, Intake>();
  private readonly outputs = new Map<number, Making>();
  /** Outputs that are being closed. */
  private readonly ending = new Map<number, Promise<void>>();
  private closing = false;

  /**
   * @param send to the control process
   * @param clock ms
   */
  constructor(
    private readonly settings: EgressSettings,
    private readonly send: (message: FromEgress) => void,
    private readonly clock: () => number,
  ) {
    this.socket = new PipeSocket(new HeapPool(settings.packetMemory), clock);
    this.timer = new LoopTimer(clock);
    const { ffmpeg, maxProcesses: size, maxMemory, nice } = settings.transcoding;
    const log = createLogger({ level: settings.logLevel });
    this.ffmpeg = ffmpeg && new FfmpegPool({ ffmpeg, size, maxMemory, nice, log });
  }

  /** @throws (rejects) the system's error when no port can be bound */
  async open(): Promise<void> {
    await this.socket.open();
    this.send({ type: 'ready', port: this.socket.port });
  }

  handle(message: ToEgress): void {
    switch (message.type) {
      case 'start':
        return;
      case 'openIntake':
        this.attempt(message.id, () => this.openIntake(message));
        return;
      case 'closeIntake':
        this.closeIntake(message.id);
        return;
      case 'openOutput':
        this.attempt(message.id, () => this.openOutput(message));
        return;
      case 'closeOutput':
        void this.closeOutput(message.id);
    }
  }

  /** Ends every output in order, then everything; nobody hears of it any more. */
  async close(): Promise<void> {
    this.closing = true;
    await Promise.all([...this.outputs.keys()].map((id) => this.closeOutput(id)));
    for (const intake of this.intakes.values()) intake.close();
    this.intakes.clear();
    await this.ffmpeg?.close();
    this.timer.close();
    this.socket.close();
  }

  private attempt(id: number, open: () => void): void {
    try {
      open();
    } catch (error) {
      this.send({ type: 'refused', id, reason: error instanceof Error ? error.message : String(error) });
      return;
    }
    this.send({ type: 'opened', id });
  }

  private openIntake({ id, tag, port, tracks }: Extract<ToEgress, { type: 'openIntake' }>): void {
    const { socket, settings, timer, clock } = this;
    this.intakes.set(id, new Intake(id, tracks, socket, { tag, port }, settings.media, timer, clock));
  }

  private openOutput({ id, intake: from, request }: Extract<ToEgress, { type: 'openOutput' }>): void {
    const intake = this.intakes.get(from);
    if (!intake) throw new Error('the stream has ended');
    const emit = (event: OutputEvent) => this.onEvent(id, event);
    const heard = () => !this.closing;
    this.outputs.set(id, { intake, output: openOutput(request, { intake, clock: this.clock, heard, emit }) });
  }

  /** The stream has ended, and so does what is made of it. */
  private closeIntake(id: number): void {
    const intake = this.intakes.get(id);
    if (!intake) return;
    this.intakes.delete(id);
    intake.close();
    for (const [output, making] of this.outputs) if (making.intake === intake) void this.closeOutput(output);
  }

  private onEvent(id: number, event: OutputEvent): void {
    this.send({ type: 'output', id, event });
    if (event.type === 'failed' && this.outputs.delete(id)) this.send({ type: 'closed', id });
  }

  private closeOutput(id: number): Promise<void> {
    const making = this.outputs.get(id);
    if (!making) return Promise.resolve();
    const ending = this.ending.get(id) ?? this.end(id, making);
    this.ending.set(id, ending);
    return ending;
  }

  private async end(id: number, { output }: Making): Promise<void> {
    await output.close();
    this.ending.delete(id);
    if (this.outputs.delete(id)) this.send({ type: 'closed', id });
  }
}
