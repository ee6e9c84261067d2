/**
 * One server message as JSON text. `data` is the argument list of a method call and always an array: the SDK reads
 * `data[0]` before it looks at the name, so that anything else throws in the client (WCS spec 0.1 item 1).
 */
export function frame(message: string, ...data: unknown[]): string {
  return JSON.stringify({ message, data });
}
