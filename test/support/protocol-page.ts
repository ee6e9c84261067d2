import { readFileSync } from 'node:fs';

export type Standing = 'works' | 'ignored' | 'refused';
const standings: readonly string[] = ['works', 'ignored', 'refused'] satisfies Standing[];

/** A message as the page describes it: what is done with it, and with each of its fields. */
export interface DocumentedMessage {
  readonly standing: Standing;
  readonly fields: ReadonlyMap<string, Standing>;
}

/** A table of docs/protocol.md by the heading it stands under. */
export function documentedMessages(heading: string): Map<string, DocumentedMessage> {
  const page = readFileSync(new URL('../../docs/protocol.md', import.meta.url), 'utf8');
  return readTable(sectionOf(page, heading));
}

/**
 * Reads rows of `| message | field | status | note |`: a row with messages starts them, the rows with fields that follow
 * belong to them. One cell may have several names.
 * @throws Error at a row it cannot understand, or a name that comes twice
 */
export function readTable(lines: readonly string[]): Map<string, DocumentedMessage> {
  const messages = new Map<string, DocumentedMessage>();
  let fields = new Map<string, Standing>();
  for (const line of lines) {
    const cells = line.split('|').map((cell) => cell.trim());
    const [, names = '', fieldNames = '', standing = ''] = cells;
    const wrong = (what: string) => new Error(`${what}: ${line}`);
    if (cells.length !== 6) throw wrong('not four cells');
    if (!standings.includes(standing)) throw wrong(`"${standing}" is no status`);
    if ((names === '') === (fieldNames === '')) throw wrong('neither a message nor a field');
    if (names !== '') {
      fields = new Map();
      for (const name of namesIn(names)) {
        if (messages.has(name)) throw wrong(`${name} comes twice`);
        messages.set(name, { standing: standing as Standing, fields });
      }
    } else {
      if (messages.size === 0) throw wrong('a field before any message');
      for (const name of namesIn(fieldNames)) {
        if (fields.has(name)) throw wrong(`${name} comes twice`);
        fields.set(name, standing as Standing);
      }
    }
  }
  return messages;
}

function namesIn(cell: string): string[] {
  return cell.split(',').map((part) => {
    const name = /^`(\w+)`$/.exec(part.trim())?.[1];
    if (name === undefined) throw new Error(`not a name in backticks: ${part}`);
    return name;
  });
}

/** The rows under a heading, without the table's head. */
function sectionOf(page: string, heading: string): string[] {
  const lines = page.split('\n');
  const start = lines.indexOf(`## ${heading}`);
  if (start < 0) throw new Error(`docs/protocol.md has no "${heading}"`);
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line.startsWith('#'));
  return rest
    .slice(0, end < 0 ? rest.length : end)
    .filter((line) => line.startsWith('|'))
    .slice(2);
}
