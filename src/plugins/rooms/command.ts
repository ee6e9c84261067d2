/** A command of the Room API (WCS spec B.8), its fields of the right types; `room` and `to` may be ''. */
export type RoomCommand =
  | { readonly kind: 'join'; readonly room: string }
  | { readonly kind: 'leave'; readonly room: string }
  | { readonly kind: 'sendMessage'; readonly room: string; readonly to: string; readonly text: string };

/**
 * Reads the payload of a `sendData`.
 * @returns the command, or the reason why it is none
 */
export function readCommand(payload: unknown): RoomCommand | string {
  const command = field(payload, 'command');
  const options = field(payload, 'options');
  switch (command) {
    case 'join':
    case 'leave':
      return { kind: command, room: readName(field(options, 'name')) };
    case 'sendMessage': {
      const text = field(options, 'text');
      if (typeof text !== 'string') return 'Text is missing';
      const room = readName(field(field(options, 'roomConfig'), 'name'));
      return { kind: command, room, to: readName(field(options, 'to')), text };
    }
    default:
      return typeof command === 'string' ? 'Unknown command' : 'Payload is not a command';
  }
}

/** Applications name rooms and users also by number. @returns '' for what is no name */
export function readName(value: unknown): string {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value : '';
}

/** A field of what a client sent; undefined for what is no object. */
export function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as Record<string, unknown>)[name];
}
