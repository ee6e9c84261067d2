import type { Agenda, Timed } from '../kit/index.js';
import {
  type Arena,
  Readiness,
  SOCKET_ADDRESS_SIZE,
  type SocketAddress,
  TcpListener,
  type TcpStream,
} from '../native/index.js';
import { Farewells } from './farewells.js';
import { FRAME_TOO_LONG } from './frame-reader.js';
import { Strangers } from './strangers.js';
import { MOST_KEPT, TcpConnection } from './tcp-connection.js';
import { newTcpStats, type TcpPortListener, type TcpPortOptions, type TcpStats } from './tcp-port-types.js';

const DEFAULT_CONNECTIONS = 4096;
const DEFAULT_STRANGERS = 32;
const DEFAULT_QUEUE = 256 * 1024;
/** How long a connection may take to show whom it belongs to, ms. */
const STRANGER_TIME = 5000;
/** Pause after the system had no descriptor for a connection, ms. */
const EXHAUSTED_PAUSE = 1000;
/** Connections taken in one turn. */
const MOST_ACCEPTS = 64;
/** Bytes read from one connection in one turn. */
const READ = 16_384;

/**
 * Media over TCP on one port: the passive candidates of RFC 6544, each connection a row of frames (RFC 4571). Nothing
 * blocks. A connection is bounded in what is read from it in a turn and in what waits for it to be sent; it is closed
 * unless its first frame is an authentic check and comes within five seconds.
 */
export class TcpPort implements Timed {
  readonly stats: TcpStats = newTcpStats();
  readonly #arena: Arena;
  readonly #agenda: Agenda;
  readonly #listener: TcpPortListener;
  readonly #socket: TcpListener;
  readonly #readiness: Readiness;
  readonly #capacity: number;
  readonly #mostStrangers: number;
  readonly #perNetwork: number;
  readonly #queueSize: number;
  readonly #sources: number;
  readonly #buffer: number;
  readonly #connections: (TcpConnection | undefined)[] = [];
  readonly #free: number[] = [];
  readonly #strangers = new Strangers();
  readonly #farewells: Farewells;
  #dirty: TcpConnection[] = [];
  #generation = 0;
  /** When it read last, ms. */
  #seen = 0;
  #resumeAt = Number.POSITIVE_INFINITY;
  #open = true;

  /** Binds the port. @throws NativeFault with the errno's name, or `memory` */
  constructor(options: TcpPortOptions, listener: TcpPortListener) {
    const { arena } = options;
    this.#arena = arena;
    this.#agenda = options.agenda;
    this.#farewells = new Farewells(options.agenda);
    this.#listener = listener;
    this.#capacity = options.connections ?? DEFAULT_CONNECTIONS;
    this.#mostStrangers = Math.ceil(this.#capacity / 4);
    this.#perNetwork = options.strangersPerNetwork ?? DEFAULT_STRANGERS;
    this.#queueSize = options.queue ?? DEFAULT_QUEUE;
    this.#socket = new TcpListener(arena, options);
    try {
      this.#readiness = new Readiness(arena);
    } catch (fault) {
      this.#socket.close();
      throw fault;
    }
    this.#sources = arena.require((this.#capacity + 1) * SOCKET_ADDRESS_SIZE);
    this.#buffer = arena.require(MOST_KEPT + READ);
    this.#readiness.add(this.#socket.descriptor, this.#capacity, 0);
  }

  /** For a `Poller`: has input when a connection has, or one waits to be taken. */
  get descriptor(): number {
    return this.#readiness.descriptor;
  }

  get local(): SocketAddress {
    return this.#socket.local;
  }

  /** Arena offset of the socket address of a connection's peer. */
  sourceOf(connection: number): number {
    return this.#sources + connection * SOCKET_ADDRESS_SIZE;
  }

  /** The connection whose socket address lies at `source`; -1 when it is none's. */
  connectionAt(source: number): number {
    const index = (source - this.#sources) / SOCKET_ADDRESS_SIZE;
    return index >= 0 && index < this.#capacity ? index : -1;
  }

  /** Takes new connections, and reads and writes where that can go on. */
  receive(now: number): void {
    this.#seen = now;
    const count = this.#readiness.look();
    for (let index = 0; index < count && this.#open; index++) {
      const key = this.#readiness.key(index);
      if (key === this.#capacity) {
        this.#accept(now);
        continue;
      }
      const connection = this.#connections[key];
      if (connection?.generation !== this.#readiness.generation(index)) continue;
      if (this.#readiness.writable(index)) this.#write(connection);
      if (this.#readiness.readable(index) && !connection.closed) this.#read(connection, now);
    }
  }

  /** Somebody answers for a connection. */
  keep(index: number): void {
    this.#strangers.remove(index);
    this.#connections[index]?.trust();
  }

  /** Queues a datagram, to be sent with the next `flush`, or drops it when too much waits already. */
  send(index: number, offset: number, length: number): void {
    const connection = this.#connections[index];
    if (!connection) return;
    if (!connection.queue(offset, length)) {
      this.stats.congested++;
      return;
    }
    this.stats.queued++;
    this.stats.queuedBytes += length;
    if (connection.dirty) return;
    connection.dirty = true;
    this.#dirty.push(connection);
  }

  flush(): void {
    if (this.#dirty.length === 0) return;
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const connection of dirty) {
      connection.dirty = false;
      if (!connection.closed && !connection.blocked) this.#write(connection);
    }
  }

  /** Nobody answers for a connection any more: sends what it can of what waits, gives the peer time to read it, and closes. */
  release(index: number): void {
    const connection = this.#connections[index];
    if (!connection) return;
    if (!connection.blocked) connection.flush();
    this.#readiness.remove(connection.stream.descriptor);
    this.#farewells.add(connection.detach(), this.#seen);
    this.#forget(connection);
  }

  /** Closes strangers whose time is over, and takes connections again after a pause. */
  onTime(now: number): number {
    while (this.#strangers.oldestSince() + STRANGER_TIME <= now) this.#dismiss(this.#strangers.oldest());
    if (now >= this.#resumeAt) {
      this.#resumeAt = Number.POSITIVE_INFINITY;
      this.#readiness.add(this.#socket.descriptor, this.#capacity, 0);
    }
    return Math.min(this.#resumeAt, this.#strangers.oldestSince() + STRANGER_TIME);
  }

  /** Idempotent; no listener hears of it. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#agenda.cancel(this);
    for (const connection of this.#connections) if (connection) this.#close(connection);
    this.#farewells.close();
    this.#readiness.close();
    this.#socket.close();
    this.#arena.release(this.#sources);
    this.#arena.release(this.#buffer);
  }

  #accept(now: number): void {
    const spare = this.#sources + this.#capacity * SOCKET_ADDRESS_SIZE;
    for (let count = 0; count < MOST_ACCEPTS; count++) {
      const stream = this.#socket.accept(spare);
      if (stream === null) return;
      if (stream === 'exhausted') {
        this.#pause(now);
        return;
      }
      this.stats.accepted++;
      if (this.#admit(stream, spare, now)) continue;
      this.stats.refused++;
      stream.close();
    }
  }

  /** One network cannot take the places of the others; beyond that the stranger who has waited longest makes room. */
  #admit(stream: TcpStream, source: number, now: number): boolean {
    const strangers = this.#strangers;
    if (strangers.countLike(this.#arena, source) >= this.#perNetwork) return false;
    const isFull = () => this.stats.open >= this.#capacity;
    if (isFull() || strangers.size >= this.#mostStrangers) this.#dismiss(strangers.oldest());
    if (isFull()) return false;
    const index = this.#free.pop() ?? this.#connections.length;
    this.#generation = (this.#generation + 1) & 0x7fff_ffff;
    if (!this.#readiness.add(stream.descriptor, index, this.#generation)) {
      this.#free.push(index);
      return false;
    }
    const target = this.#sources + index * SOCKET_ADDRESS_SIZE;
    this.#arena.u8.copyWithin(target, source, source + SOCKET_ADDRESS_SIZE);
    const connection = new TcpConnection(index, this.#generation, stream, this.#arena, this.#queueSize);
    this.#connections[index] = connection;
    this.stats.open++;
    strangers.add(index, this.#arena, source, now);
    this.#schedule();
    return true;
  }

  /** A connection that cannot be taken would end every wait at once: looks away for a while. */
  #pause(now: number): void {
    this.#readiness.remove(this.#socket.descriptor);
    this.#resumeAt = now + EXHAUSTED_PAUSE;
    this.#schedule();
  }

  #schedule(): void {
    this.#agenda.schedule(this, Math.min(this.#resumeAt, this.#strangers.oldestSince() + STRANGER_TIME));
  }

  #read(connection: TcpConnection, now: number): void {
    const { reader, index } = connection;
    const start = this.#buffer;
    const rest = reader.resume(start);
    const read = connection.stream.receive(rest, READ);
    if (read === 0) return;
    if (read < 0) {
      this.#lose(connection);
      return;
    }
    reader.take(start, rest + read);
    const source = this.#sources + index * SOCKET_ADDRESS_SIZE;
    let length = reader.next();
    for (; length >= 0; length = reader.next()) {
      this.stats.received++;
      this.stats.receivedBytes += length;
      if (length > 0) this.#listener.onFrame(index, reader.offset, length, source, now);
      if (connection.closed) return;
      if (!this.#strangers.has(index)) continue;
      this.#dismiss(index);
      return;
    }
    if (length !== FRAME_TOO_LONG && reader.keep()) return;
    this.stats.broken++;
    this.#lose(connection);
  }

  #write(connection: TcpConnection): void {
    const result = connection.flush();
    if (result === 'broken') this.#lose(connection);
    else if (connection.blocked !== (result === 'blocked')) {
      connection.blocked = !connection.blocked;
      const { stream, index, generation, blocked } = connection;
      this.#readiness.change(stream.descriptor, index, generation, blocked);
    }
  }

  #dismiss(index: number): void {
    const connection = this.#connections[index];
    if (!connection) return;
    this.stats.strangers++;
    this.#close(connection);
  }

  #lose(connection: TcpConnection): void {
    const wasKept = !this.#strangers.has(connection.index);
    this.#close(connection);
    if (wasKept) this.#listener.onLost(connection.index);
    else this.stats.strangers++;
  }

  #close(connection: TcpConnection): void {
    connection.close();
    this.#forget(connection);
  }

  #forget(connection: TcpConnection): void {
    this.#strangers.remove(connection.index);
    this.#connections[connection.index] = undefined;
    this.#free.push(connection.index);
    this.stats.open--;
  }
}
