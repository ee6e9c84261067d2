import { FfmpegPool } from '../ffmpeg/index.js';
import { createLogger } from '../kit/index.js';
import type { EgressSettings, FromEgress, ToEgress } from './channel.js';
import { DerivedStream, type DerivedTarget } from './derived/derived-stream.js';
import { HeapPool } from './intake/heap-pool.js';
import { Intake } from './intake/intake.js';
import { LoopTimer } from './intake/loop-timer.js';
import { PipeSocket } from './intake/pipe-socket.js';
import { Making } from './making.js';
import { Outgoing, type OutgoingLimits } from './outgoing.js';
import { openOutput } from './outputs/open-output.js';
import type { Output, OutputEvent, OutputHost, OutputRequest } from './outputs/output.js';
import { Snapshots } from './snapshots/snapshots.js';
import { Transcodes } from './transcode/transcodes.js';

/** What an egress process can make of streams, and within which bounds. */
export interface EgressAbilities {
  /** @throws Error when it cannot be */
  readonly openOutput: (request: OutputRequest, host: OutputHost) => Output;
  readonly limits?: OutgoingLimits;
  /** How long an output may take to end in order, ms. */
  readonly closeTimeout?: number;
}

/** Everything in one egress process: the streams it takes in, and what it makes of them. */
export class EgressHost {
  private readonly socket: PipeSocket;
  private readonly pool: HeapPool;
  private readonly timer: LoopTimer;
  /** None without ffmpeg. */
  private readonly pools: FfmpegPool[] = [];
  private readonly transcodes: Transcodes;
  private readonly snapshots: Snapshots;
  private readonly outgoing: Outgoing;
  private readonly intakes = new Map<number, Intake>();
  private readonly outputs = new Map<number, Making>();
  private closed = false;

  /**
   * @param send to the control process; calls back once it is written
   * @param clock ms
   */
  constructor(
    private readonly settings: EgressSettings,
    send: (message: FromEgress, onWritten: () => void) => void,
    private readonly clock: () => number,
    private readonly abilities: EgressAbilities = { openOutput },
  ) {
    this.outgoing = new Outgoing(send, abilities.limits);
    this.pool = new HeapPool(settings.packetMemory);
    this.socket = new PipeSocket(this.pool, clock);
    this.timer = new LoopTimer(clock);
    const { transcoding } = settings;
    const { maxProcesses, maxSoundProcesses, snapshotsAtOnce, snapshotTimeout } = transcoding;
    // Those that are being ended still count.
    this.transcodes = new Transcodes(
      this.makePool(2 * (maxProcesses + maxSoundProcesses)),
      transcoding,
      clock,
    );
    this.snapshots = new Snapshots(this.makePool(snapshotsAtOnce), snapshotsAtOnce, snapshotTimeout);
  }

  /** What it holds, as counts. */
  get held() {
    const { intakes, outputs, socket, timer, pool } = this;
    return {
      intakes: intakes.size,
      outputs: outputs.size,
      pipes: socket.size,
      timers: timer.size,
      memory: pool.used,
      foreign: socket.foreign,
    };
  }

  /** @throws (rejects) the system's error when no port can be bound */
  async open(): Promise<void> {
    await this.socket.open();
    this.outgoing.send({ type: 'ready', port: this.socket.port });
  }

  handle(message: ToEgress): void {
    if (this.closed) return;
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
        if (this.attempt(message.id, () => this.openOutput(message))) this.outputs.get(message.id)?.begin();
        return;
      case 'closeOutput':
        void this.outputs.get(message.id)?.close();
    }
  }

  /** Ends every output in order, then everything; nobody hears of it any more. Idempotent. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await Promise.all([...this.outputs.values()].map((making) => making.close()));
    for (const intake of this.intakes.values()) intake.close();
    this.intakes.clear();
    await Promise.all(this.pools.map((pool) => pool.close()));
    this.timer.close();
    this.socket.close();
  }

  private makePool(size: number): FfmpegPool | null {
    const { ffmpeg, maxMemory, nice } = this.settings.transcoding;
    if (!ffmpeg) return null;
    const log = createLogger({ level: this.settings.logLevel });
    const pool = new FfmpegPool({ ffmpeg, size, maxMemory, nice, log });
    this.pools.push(pool);
    return pool;
  }

  /** @returns whether it is open */
  private attempt(id: number, open: () => void): boolean {
    try {
      open();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.outgoing.send({ type: 'refused', id, reason });
      return false;
    }
    this.outgoing.send({ type: 'opened', id });
    return true;
  }

  private openIntake({ id, tag, port, tracks }: Extract<ToEgress, { type: 'openIntake' }>): void {
    const { socket, settings, timer, clock } = this;
    this.intakes.set(id, new Intake(id, tracks, socket, { tag, port }, settings.media, timer, clock));
  }

  private openOutput({ id, intake: from, request }: Extract<ToEgress, { type: 'openOutput' }>): void {
    const intake = this.intakes.get(from);
    if (!intake) throw new Error('the stream has ended');
    const { outgoing, abilities } = this;
    const making: Making = new Making(
      intake,
      {
        onEvent: (event) => this.tell(id, making, event),
        onOver: () => {
          this.outputs.delete(id);
          outgoing.send({ type: 'closed', id });
        },
      },
      abilities.closeTimeout,
    );
    making.open((emit) => abilities.openOutput(request, this.hostOf(id, intake, emit)));
    this.outputs.set(id, making);
  }

  private hostOf(id: number, intake: Intake, emit: OutputHost['emit']): OutputHost {
    const { transcodes, snapshots, socket, settings, timer, clock, outgoing } = this;
    const congested = () => outgoing.isCongested(id);
    const heard = () => !this.closed;
    const derive = (target: DerivedTarget) => new DerivedStream(target, socket, settings.media, timer, clock);
    return { intake, transcodes, snapshots, clock, heard, emit, congested, derive };
  }

  private tell(id: number, making: Making, event: OutputEvent): void {
    if (event.type !== 'failed' && this.outgoing.isFull(id))
      making.fail('the control process does not take what it makes');
    else this.outgoing.send({ type: 'output', id, event });
  }

  /** The stream has ended, and so does what is made of it. */
  private closeIntake(id: number): void {
    const intake = this.intakes.get(id);
    if (!intake) return;
    this.intakes.delete(id);
    intake.close();
    for (const making of this.outputs.values()) if (making.intake === intake) void making.close();
  }
}
