// Stands between clients and the server's media port and is the network between them: each client's datagrams go
// through the link it was given, both ways. The server sees each client at a port of its own, as behind a NAT.
import { createSocket } from 'node:dgram';
import { Direction } from './direction.mjs';
import { Lateness } from './lateness.mjs';
import { RtpLog } from './rtp-log.mjs';

const host = '127.0.0.1';
/** Timers are up to this much late, ms: what is due sooner is waited for by turning the event loop instead. */
const timerSlack = 1.2;
const maxClients = 64;
const socketBuffer = 2 ** 20;

/**
 * @typedef {object} LinkProfile
 * @property {import('./direction.mjs').Profile} up from the client to the server
 * @property {import('./direction.mjs').Profile} down from the server to the client
 */

const milliseconds = () => Number(process.hrtime.bigint()) / 1e6;

export class Relay {
  lateness = new Lateness();
  #socket;
  #serverPort = 0;
  #seed;
  /** @type {Map<string, Link>} */
  #links = new Map();
  /** The link of clients yet to come. @type {Link | undefined} */
  #current;
  /** By address and port. @type {Map<string, Client>} */
  #clients = new Map();
  #armedFor = Number.POSITIVE_INFINITY;
  #timer;
  #immediate;

  /** Made by `listen`. */
  constructor(socket, seed) {
    this.#socket = socket;
    this.#seed = seed;
    socket.on('message', (data, { address, port }) => this.#fromClient(data, address, port));
  }

  /** @param {number} seed of everything random */
  static async listen(seed) {
    return new Relay(await openSocket(), seed);
  }

  /** Where clients send to. */
  get port() {
    return this.#socket.address().port;
  }

  /** @param {number} port of the server, on 127.0.0.1 */
  serve(port) {
    this.#serverPort = port;
  }

  /**
   * Makes a link, in place of one of the same name, whose clients are then cut off. Clients that are new from now on
   * are behind it.
   *
   * @param {string} name
   * @param {LinkProfile} profile
   * @param {{ host: string, port: number }} [target] of this machine, where they are led instead of to the server
   */
  open(name, profile, target) {
    this.remove(name);
    this.#current = new Link(name, profile, this.#seed, target);
    this.#links.set(name, this.#current);
  }

  /**
   * @param {string} name
   * @param {LinkProfile} profile
   */
  change(name, profile) {
    this.link(name).change(profile, milliseconds());
    this.#arm();
  }

  /** @returns {Link} */
  link(name) {
    const link = this.#links.get(name);
    if (!link) throw new Error(`there is no link '${name}'`);
    return link;
  }

  remove(name) {
    const link = this.#links.get(name);
    if (!link) return;
    this.#links.delete(name);
    if (this.#current === link) this.#current = undefined;
    for (const [key, client] of this.#clients) {
      if (client.link !== link) continue;
      this.#clients.delete(key);
      client.close();
    }
  }

  close() {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    for (const name of [...this.#links.keys()]) this.remove(name);
    this.#socket.close();
  }

  #fromClient(data, address, port) {
    const key = `${address}:${port}`;
    const client = this.#clients.get(key) ?? this.#admit(key, address, port);
    client?.link.push('up', { data, client }, milliseconds());
    this.#run();
  }

  #admit(key, address, port) {
    const link = this.#current;
    if (!link || this.#clients.size === maxClients) return undefined;
    const target = link.target ?? { host, port: this.#serverPort };
    const client = new Client(link, this.#socket, address, port, target, (data) => {
      link.push('down', { data, client }, milliseconds());
      this.#run();
    });
    this.#clients.set(key, client);
    return client;
  }

  /** Lets go what is due. */
  #run() {
    this.#armedFor = Number.POSITIVE_INFINITY;
    const now = milliseconds();
    for (const link of this.#links.values()) link.pull(now, this.lateness);
    this.#arm();
  }

  #arm() {
    let next = Number.POSITIVE_INFINITY;
    for (const link of this.#links.values()) next = Math.min(next, link.next);
    if (next >= this.#armedFor) return;
    this.#armedFor = next;
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    const wait = Math.floor(next - milliseconds() - timerSlack);
    if (wait >= 1) this.#timer = setTimeout(() => this.#run(), wait);
    else this.#immediate = setImmediate(() => this.#run());
  }
}

/** Both directions of what lies between some clients and the server. */
class Link {
  #directions;
  #logs = { up: new RtpLog(), down: new RtpLog() };

  constructor(name, profile, seed, target) {
    this.target = target;
    this.#directions = {
      up: new Direction(profile.up, seed, `${name} up`),
      down: new Direction(profile.down, seed, `${name} down`),
    };
  }

  get next() {
    return Math.min(this.#directions.up.next, this.#directions.down.next);
  }

  change(profile, now) {
    this.#directions.up.change(profile.up, now);
    this.#directions.down.change(profile.down, now);
  }

  push(way, packet, now) {
    this.#logs[way].entered(packet.data, now);
    this.#directions[way].push(packet, now);
  }

  pull(now, lateness) {
    for (const way of /** @type {const} */ (['up', 'down'])) {
      this.#directions[way].pull(now, (packet, due) => {
        lateness.note(now - due);
        this.#logs[way].arrived(packet.data, now);
        packet.client.send(way, packet.data);
      });
    }
  }

  /** Starts the window in which media packets are counted one by one. */
  begin() {
    for (const log of Object.values(this.#logs)) log.begin();
  }

  end() {
    for (const log of Object.values(this.#logs)) log.end();
  }

  report() {
    const one = (way) => ({
      ...this.#directions[way].counters,
      longestQueue: this.#directions[way].longestQueue,
      sources: this.#logs[way].report(),
    });
    return { up: one('up'), down: one('down') };
  }
}

/** One address of a client, and its socket towards the server. */
class Client {
  #closed = false;
  #upstream;

  constructor(link, socket, address, port, target, fromServer) {
    this.link = link;
    this.socket = socket;
    this.address = address;
    this.port = port;
    this.target = target;
    this.#upstream = openSocket().then((upstream) => {
      upstream.on('message', fromServer);
      return upstream;
    });
  }

  send(way, data) {
    if (this.#closed) return;
    if (way === 'down') this.socket.send(data, this.port, this.address);
    else
      this.#upstream.then(
        (upstream) => this.#closed || upstream.send(data, this.target.port, this.target.host),
      );
  }

  close() {
    this.#closed = true;
    this.#upstream.then((upstream) => upstream.close());
  }
}

/** @returns {Promise<import('node:dgram').Socket>} on a free port of 127.0.0.1 */
function openSocket() {
  const socket = createSocket({ type: 'udp4', recvBufferSize: socketBuffer, sendBufferSize: socketBuffer });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, host, () => {
      socket.off('error', reject);
      // What cannot be sent is lost, as anywhere in a network.
      socket.on('error', () => {});
      resolve(socket);
    });
  });
}
