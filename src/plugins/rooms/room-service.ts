import type { Config } from '../../config/index.js';
import { RateLimit } from '../../kit/index.js';
import type { Client } from '../../signaling/index.js';
import type { MediaSession, Session } from '../../streams/index.js';
import { isTerminal, StreamStatus } from '../../wire/index.js';
import { field, type RoomCommand, readCommand, readName } from './command.js';
import { type Participant, Room } from './room.js';

export type RoomSettings = Config['rooms'];

/** A client with the Room API. */
interface Member {
  readonly client: Client;
  /** As what it is in which room, by the room's name. */
  readonly presences: Map<string, Participant>;
  readonly rate: RateLimit;
}

/** What an accepted command does, once the client has been told that it is accepted. */
export type Action = () => void;

/** Who is in which room. A room is there as long as it has participants. */
export class RoomService {
  private readonly rooms = new Map<string, Room>();
  private readonly members = new Map<Session, Member>();

  /** @param clock ms, never going back */
  constructor(
    private readonly settings: RoomSettings,
    private readonly clock: () => number,
  ) {}

  get roomCount(): number {
    return this.rooms.size;
  }

  get memberCount(): number {
    return this.members.size;
  }

  /**
   * Judges the payload of a client's `sendData`; nothing has happened yet.
   * @returns what is to be done, or the reason of the refusal
   */
  judge(payload: unknown, client: Client): Action | string {
    const member = this.memberOf(client);
    if (!member.rate.allow(this.clock())) return 'Too many commands';
    const command = readCommand(payload);
    if (typeof command === 'string') return command;
    if (command.room === '') return 'Room name is missing';
    if (command.kind === 'join') return this.join(member, command.room);
    const participant = member.presences.get(command.room);
    if (!participant) return 'Room is not joined';
    return command.kind === 'leave' ? () => this.leave(member, participant) : this.send(participant, command);
  }

  /** A stream has another status: those that name a room which their client is in are shown there. */
  onStatus(stream: MediaSession): void {
    if (!stream.published) return;
    const room = readName(field(stream.request.custom, 'name'));
    const participant = this.members.get(stream.session)?.presences.get(room);
    if (!participant) return;
    if (stream.status === StreamStatus.PUBLISHING && !isInherited(stream.name)) {
      participant.room.show(participant, stream);
    } else if (isTerminal(stream.status)) {
      const event = stream.status === StreamStatus.UNPUBLISHED ? 'UNPUBLISHED' : 'FAILED';
      participant.room.hide(participant, stream, event);
    }
  }

  /** The client has gone; its streams have ended. */
  end(client: Client): void {
    const member = this.members.get(client.session);
    if (!member) return;
    for (const participant of [...member.presences.values()]) this.leave(member, participant);
    this.members.delete(client.session);
  }

  private memberOf(client: Client): Member {
    const known = this.members.get(client.session);
    if (known) return known;
    const rate = new RateLimit(this.settings.maxCommandsPerSecond, 1000);
    const member = { client, presences: new Map<string, Participant>(), rate };
    this.members.set(client.session, member);
    return member;
  }

  private join(member: Member, name: string): Action | string {
    const present = member.presences.get(name);
    // The SDK starts anew with each join: it must hear again who is there.
    if (present) return () => present.room.tellState(present);
    const login = readName(field(member.client.session.identity.custom, 'login'));
    const room = this.rooms.get(name);
    const refusal = this.refuseLogin(login) ?? this.refuseName(member, name) ?? this.refuseEntry(room, login);
    return refusal ?? (() => this.enter(member, login, room ?? this.open(name)));
  }

  private refuseLogin(login: string): string | null {
    if (login === '') return 'Login is missing';
    if (login.length > this.settings.maxNameLength) return 'Login is too long';
    return isInherited(login) || this.settings.banned.includes(login) ? 'Login is not allowed' : null;
  }

  private refuseName(member: Member, name: string): string | null {
    if (name.length > this.settings.maxNameLength) return 'Room name is too long';
    return member.presences.size >= this.settings.maxRoomsPerSession ? 'Too many rooms joined' : null;
  }

  private refuseEntry(room: Room | undefined, login: string): string | null {
    if (!room) return this.rooms.size >= this.settings.maxRooms ? 'Too many rooms' : null;
    return room.size >= this.settings.maxParticipants && !room.find(login) ? 'Room is full' : null;
  }

  private open(name: string): Room {
    const room = new Room(name);
    this.rooms.set(name, room);
    return room;
  }

  private enter(member: Member, login: string, room: Room): void {
    const older = room.find(login);
    if (older) this.replace(older);
    const participant = { room, client: member.client, login, streams: new Set<MediaSession>() };
    member.presences.set(room.name, participant);
    room.enter(participant);
  }

  /** Somebody who comes back before the server has noticed that the old connection is dead must get in. */
  private replace(older: Participant): void {
    this.members.get(older.client.session)?.presences.delete(older.room.name);
    older.room.leave(older);
  }

  private leave(member: Member, participant: Participant): void {
    const { room } = participant;
    member.presences.delete(room.name);
    room.leave(participant);
    if (room.size === 0) this.rooms.delete(room.name);
  }

  private send(from: Participant, command: Extract<RoomCommand, { kind: 'sendMessage' }>): Action | string {
    if (this.settings.muted.includes(from.login)) return 'Login may not send messages';
    if (command.text.length > this.settings.maxMessageLength) return 'Text is too long';
    const to = from.room.find(command.to);
    return to ? () => from.room.deliver(from, to, command.text) : 'No such participant';
  }
}

/**
 * Whether every JavaScript object has a property of this name. The SDK keeps participants and streams in plain objects
 * (room-module.js): one of such a name would make the clients of all the others throw.
 */
function isInherited(name: string): boolean {
  return name in Object.prototype;
}
