import { NativeFault } from '../native/index.js';
import type { IceCredentials } from './ice-credentials.js';
import { IceLite, nominates } from './ice-lite.js';
import { LONGEST_QUESTION, PathProof } from './path-proof.js';
import type { SharedPort } from './shared-port.js';
import type { StunMessage } from './stun.js';
import { LONGEST_ANSWER } from './stun-writer.js';

const NOWHERE = -1;
const SEVERAL = -2;

/**
 * The addresses of one peer, and which of them is sent to. Any that an authentic check comes from may have the
 * handshake; media goes only where the peer has shown that it receives: where its whole handshake went, over TCP, or
 * where it has answered a check of ours.
 */
export class Paths<Owner> {
  readonly #port: SharedPort<Owner>;
  readonly #owner: Owner;
  readonly #ice: IceLite;
  readonly #proof: PathProof;
  /** Where the handshake has gone: an address, NOWHERE yet, or SEVERAL. */
  #handshake = NOWHERE;
  /** That of `#ice`, here so that no packet has to go there for it. */
  #selected = NOWHERE;
  /** Where packets have come from of which `#ice` is still to be told, and when the last one did. */
  #heardFrom = NOWHERE;
  #heardAt = 0;
  /** Whether any address has been asked and has not answered. */
  #asking = false;

  /** @throws NativeFault `openssl` or `memory` */
  constructor(
    port: SharedPort<Owner>,
    owner: Owner,
    credentials: IceCredentials,
    remote: { readonly remoteUfrag: string; readonly remotePassword: string },
  ) {
    this.#port = port;
    this.#owner = owner;
    this.#ice = new IceLite(port.memory, credentials, remote.remoteUfrag);
    this.#proof = new PathProof(port.memory, credentials, remote.remoteUfrag, remote.remotePassword);
  }

  get credentials(): IceCredentials {
    return this.#ice.credentials;
  }

  /** Where to send; -1 for nowhere. */
  get selected(): number {
    return this.#selected;
  }

  /** Whether the peer has shown that it receives there: nobody else is given that address without showing it too. */
  holds(address: number): boolean {
    return this.#ice.hasProven(address);
  }

  /**
   * Takes a binding request that names this peer, and answers it.
   * @returns whether it is a sign of life
   */
  receiveCheck(request: StunMessage, source: number, now: number): boolean {
    const port = this.#port;
    const ice = this.#ice;
    if (!ice.knows(request)) {
      port.drops.stunUsername++;
      return false;
    }
    if (!ice.authenticates(request, port.memory.scratch)) {
      port.drops.stunIntegrity++;
      return false;
    }
    const address = port.claim(this.#owner, source);
    if (address < 0) return !ice.guarded;
    const owned = port.owner(address) === this.#owner;
    if (owned) {
      this.#tellIce();
      this.#follow(
        port.isConnection(address)
          ? ice.prove(address, nominates(request), now)
          : ice.accept(request, address, now),
      );
    }
    const offset = port.begin(LONGEST_ANSWER);
    const length = offset < 0 ? 0 : ice.answer(request, source, port.stunWriter, offset);
    if (length > 0) port.commit(address, length);
    if (!owned || this.#wantsProof(address)) this.#ask(address, nominates(request), now);
    return !ice.guarded || ice.hasProven(address);
  }

  /** Takes a binding success: the answer to a check of ours, or nobody's. */
  receiveAnswer(message: StunMessage, source: number, now: number): boolean {
    const address = this.#port.find(source);
    const answered = address < 0 ? null : this.#proof.answered(message, address, this.#port.memory.scratch);
    if (answered === null) return false;
    this.#asking = this.#proof.asking;
    this.#port.take(this.#owner, address);
    this.#tellIce();
    this.#follow(this.#ice.prove(address, answered.nominated, now));
    return true;
  }

  /** A part of the handshake has gone to the selected address. */
  noteHandshake(): void {
    const selected = this.#selected;
    if (this.#handshake === NOWHERE) this.#handshake = selected;
    else if (this.#handshake !== selected) this.#handshake = SEVERAL;
  }

  /** The handshake is done: the peer has received all of it. From now on, nothing goes to whom has not shown that. */
  guard(now: number): void {
    if (this.#handshake === this.#selected) this.#follow(this.#ice.prove(this.#handshake, false, now));
    this.#ice.guard();
    this.#selected = this.#ice.selected;
  }

  /** A packet of the peer has come from an address, which is asked again if its answer may have been lost. */
  hear(address: number, now: number): void {
    if (address !== this.#heardFrom) {
      this.#tellIce();
      this.#heardFrom = address;
    }
    this.#heardAt = now;
    if (this.#asking && this.#proof.awaits(address)) this.#ask(address, false, now);
  }

  /** An address is another peer's now, or its connection is over. */
  lose(address: number): void {
    this.#tellIce();
    this.#ice.forget(address);
    this.#selected = this.#ice.selected;
    if (this.#handshake === address) this.#handshake = SEVERAL;
  }

  close(): void {
    for (const address of this.#ice.addresses) this.#port.release(address);
    this.#ice.close();
    this.#proof.close();
  }

  #wantsProof(address: number): boolean {
    if (this.#ice.hasProven(address)) return false;
    return this.#ice.guarded || (this.#handshake !== NOWHERE && this.#handshake !== address);
  }

  #ask(address: number, nominated: boolean, now: number): void {
    const port = this.#port;
    this.#asking = true;
    try {
      const offset = port.begin(LONGEST_QUESTION);
      const length = offset < 0 ? 0 : this.#proof.ask(address, nominated, port.stunWriter, offset, now);
      if (length > 0) port.commit(address, length);
    } catch (fault) {
      // Without memory there is no proof, and media stays where it is.
      if (!(fault instanceof NativeFault)) throw fault;
    }
  }

  /** Tells ICE where the peer was heard, before that decides anything. */
  #tellIce(): void {
    if (this.#heardFrom !== NOWHERE) this.#ice.hear(this.#heardFrom, this.#heardAt);
    this.#heardFrom = NOWHERE;
  }

  /** @param evicted an address that ICE has no room for any more; -1 for none */
  #follow(evicted: number): void {
    if (evicted >= 0) this.#port.release(evicted);
    this.#selected = this.#ice.selected;
  }
}
