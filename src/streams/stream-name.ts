/** Whether a text can be a stream's name: not empty, and of at most `limit` characters (code points). */
export function isStreamName(text: string, limit: number): boolean {
  if (text === '' || text.length > 2 * limit) return false;
  return text.length <= limit || [...text].length <= limit;
}
