import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseTranscript } from '../../support/transcript/parse.js';
import { runTranscript } from '../../support/transcript/run.js';

const folder = new URL('../../transcripts/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.txt'));

test.each(files)('%s', async (file) => {
  await runTranscript(parseTranscript(readFileSync(new URL(file, folder), 'utf8')));
});

test('the sequences of the API description are there', () => {
  expect(files).toEqual(
    expect.arrayContaining(['connect.txt', 'publish.txt', 'play.txt', 'rates.txt', 'availability.txt']),
  );
});
