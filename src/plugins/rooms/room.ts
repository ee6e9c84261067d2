import type { Client } from '../../signaling/index.js';
import type { MediaSession } from '../../streams/index.js';
import { encode } from '../../wire/index.js';

/** A client in a room, and the streams that it shows there: each is PUBLISHING. */
export interface Participant {
  readonly room: Room;
  readonly client: Client;
  readonly login: string;
  readonly streams: Set<MediaSession>;
}

/** The events of the Room API (WCS spec C.8). */
type RoomEvent = 'STATE' | 'JOINED' | 'LEFT' | 'PUBLISHED' | 'UNPUBLISHED' | 'FAILED' | 'MESSAGE';

/**
 * The participants of one room, no two of one login. Everything is told to the others, never to whom it is about: a
 * client of the SDK does not know itself as a participant and would throw.
 */
export class Room {
  private readonly participants = new Map<string, Participant>();

  constructor(readonly name: string) {}

  get size(): number {
    return this.participants.size;
  }

  find(login: string): Participant | undefined {
    return this.participants.get(login);
  }

  /** The participant is new in the room: it is told who is there, then the others of it. */
  enter(participant: Participant): void {
    this.participants.set(participant.login, participant);
    this.tellState(participant);
    this.tellOthers(participant, 'JOINED', participant.login);
  }

  /** Tells a participant who else is there: one entry for each stream, or the login of who has none. */
  tellState(participant: Participant): void {
    const state: unknown[] = [];
    for (const other of this.participants.values()) {
      if (other === participant) continue;
      if (other.streams.size === 0) state.push(other.login);
      for (const { name } of other.streams) state.push({ login: other.login, name });
    }
    this.tell(participant, 'STATE', state);
  }

  /** The participant goes; what it still shows goes first. */
  leave(participant: Participant): void {
    for (const stream of [...participant.streams]) this.hide(participant, stream, 'UNPUBLISHED');
    this.participants.delete(participant.login);
    this.tellOthers(participant, 'LEFT', participant.login);
  }

  /** A stream of the participant can be played. */
  show(participant: Participant, stream: MediaSession): void {
    participant.streams.add(stream);
    this.tellOthers(participant, 'PUBLISHED', { login: participant.login, name: stream.name });
  }

  /** A stream of the participant has ended, or leaves the room with it. One that was not shown is nobody's business. */
  hide(participant: Participant, stream: MediaSession, event: 'UNPUBLISHED' | 'FAILED'): void {
    if (!participant.streams.delete(stream)) return;
    this.tellOthers(participant, event, { login: participant.login, name: stream.name });
  }

  /** Gives a participant a text, as it is. */
  deliver(from: Participant, to: Participant, text: string): void {
    this.tell(to, 'MESSAGE', { from: from.login, text });
  }

  private tellOthers(participant: Participant, event: RoomEvent, info: unknown): void {
    for (const other of this.participants.values()) {
      if (other !== participant) this.tell(other, event, info);
    }
  }

  private tell(participant: Participant, event: RoomEvent, info: unknown): void {
    participant.client.send(encode.onDataEvent({ roomName: this.name, name: event, info }));
  }
}
