import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const src = fileURLToPath(new URL('../../../src', import.meta.url));
const page = readFileSync(new URL('../../../docs/troubleshooting.md', import.meta.url), 'utf8');

/** The text between the parenthesis that ends before `from` and its counterpart, strings skipped. */
function insideParentheses(text: string, from: number): string {
  let depth = 1;
  let quote = '';
  for (let at = from; at < text.length; at += 1) {
    const character = text[at] as string;
    if (quote !== '') {
      if (character === '\\') at += 1;
      else if (character === quote) quote = '';
    } else if (`'"\``.includes(character)) quote = character;
    else if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    if (depth === 0) return text.slice(from, at);
  }
  throw new Error('a parenthesis is not closed');
}

const literal = /'((?:[^'\\]|\\.)*)'|`((?:[^`\\]|\\.)*)`/g;
const lastLiteral = (text: string) => [...text.matchAll(literal)].at(-1);
const textOf = (match: RegExpMatchArray | undefined) => match?.[1] ?? match?.[2] ?? '';

/** What a source file warns of: entries of the log, notes of processes, and lines of the overload watch. */
function warnings(source: string): string[] {
  const found: string[] = [];
  for (const match of source.matchAll(/\blog\.(?:warn|error|fatal)\(/g))
    found.push(textOf(lastLiteral(insideParentheses(source, match.index + match[0].length))));
  const notes =
    /(?:type: 'note', message: |onNote\(|emit\('note', |begun: [^`]*?=>\s*|over: [^`]*?=>\s*)(?=`)/g;
  for (const match of source.matchAll(notes)) {
    literal.lastIndex = match.index + match[0].length;
    found.push(textOf(literal.exec(source) ?? undefined));
  }
  literal.lastIndex = 0;
  // What a variable says is found where the text is made.
  return found.filter((text) => text !== '');
}

/** As the page has it: figures are `…`, and what is behind a colon, a comma or a semicolon is not in its heading. */
const heading = (text: string) =>
  text
    .replace(/\$\{[^{}]*\}/g, '…')
    .split(/[:;]/)[0]
    ?.trim() ?? '';

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
const all = files.flatMap((name) => warnings(readFileSync(join(src, name), 'utf8')).map(heading));
/** Only what precedes another line. */
const prefixes = new Set(['media process …']);
const headings = [...page.matchAll(/^### `(.+)`$/gm)].map((match) => match[1] as string);

test('the warnings are found where they are made', () => {
  expect(warnings("log.warn({ a: f(')') }, 'it (really)\\'s so'); log.info('x')")).toEqual([
    "it (really)\\'s so",
  ]);
  expect(warnings('onNote(`egress hangs`)')).toEqual(['egress hangs']);
  expect(warnings('log.warn(message)')).toEqual([]);
  expect(all).toEqual(
    expect.arrayContaining(['web request failed', 'egress process … hangs, it is killed', 'no ffmpeg']),
  );
  expect(all.filter((text) => text.startsWith('refuses new'))).toHaveLength(2);
});

test('docs/troubleshooting.md explains every warning', () => {
  const missing = all.filter(
    (text) => !prefixes.has(text) && !headings.some((line) => line.startsWith(text.split(',')[0] as string)),
  );
  expect([...new Set(missing)]).toEqual([]);
});

test('docs/troubleshooting.md explains no warning that there is not', () => {
  const sources = files.map((name) => readFileSync(join(src, name), 'utf8')).join('\n');
  const gone = headings.filter((line) => {
    const [first = ''] = line.split('…').map((part) => part.trim());
    return !sources.includes(first.split(',')[0] as string);
  });
  expect(gone).toEqual([]);
});
