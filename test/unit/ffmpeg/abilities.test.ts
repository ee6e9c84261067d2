import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isRecent, parseEncoders, parseVersion, usefulEncoders } from '../../../src/ffmpeg/index.js';

const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8');
const version = fixture('version.txt');
const encoders = fixture('encoders.txt');

describe('the version', () => {
  it('is the word behind the name in the first line', () => {
    expect(parseVersion(version)).toBe('5.1.9-0+deb12u1');
    expect(parseVersion('ffmpeg version N-112233-gabcdef0 Copyright (c)')).toBe('N-112233-gabcdef0');
  });

  it('is only there when it is all there', () => {
    const whole = 'ffmpeg version 5.1.9-0+deb12u1 ';
    for (let length = 0; length < whole.length; length += 1) {
      expect(parseVersion(version.slice(0, length)), `cut at ${length}`).toBeNull();
    }
    expect(parseVersion(version.slice(0, whole.length))).toBe('5.1.9-0+deb12u1');
  });

  it.each([
    '',
    '\n',
    'avconv version 12 ',
    ' ffmpeg version 5 ',
    'ffmpeg version  5 ',
    `ffmpeg version ${'9'.repeat(101)} `,
    'GNU coreutils 9.1\nffmpeg version 5.1 ',
  ])('is not in %j', (output) => {
    expect(parseVersion(output)).toBeNull();
  });

  it.each([
    ['5.1.9-0+deb12u1', true],
    ['5.1', true],
    ['n6.0', true],
    ['7.1.1', true],
    ['10.0', true],
    ['N-112233-gabcdef0', true],
    ['2024-01-01-git-abcdef', true],
    ['5.0.3', false],
    ['4.4.2-0ubuntu0.22.04.1', false],
    ['n4.4', false],
  ])('%s is recent enough: %s', (text, expected) => {
    expect(isRecent(text)).toBe(expected);
  });
});

describe('the encoders', () => {
  it('are the useful ones of the list', () => {
    expect(parseEncoders(encoders)).toEqual(new Set(usefulEncoders));
  });

  it('are those that are there', () => {
    const without = encoders
      .split('\n')
      .filter((line) => !/ (libx264|aac) /.test(line))
      .join('\n');
    expect(parseEncoders(without)).toEqual(new Set(['libvpx', 'libopus', 'mpeg1video', 'pcm_mulaw', 'png']));
  });

  it('are taken by their whole name, from the list and not from descriptions', () => {
    const list = (line: string) => parseEncoders(`Encoders:\n ------\n${line}\n`);
    expect(list(' V....D libx264              x')).toEqual(new Set(['libx264']));
    for (const line of [
      ' V....D libx264rgb           libx264 aac png ',
      ' V....D xlibx264             x',
      ' V....D LIBX264              x',
      ' V....D libx264',
      'V....D libx264              x',
      ' X....D libx264              x',
      ' V....d libx264              x',
      ' V...D libx264              x',
    ])
      expect(list(line), line).toEqual(new Set());
    expect(parseEncoders(' V....D libx264              x\n ------\n')).toEqual(new Set());
  });

  it('are none without a list', () => {
    for (const output of ['', 'Encoders:', 'Unrecognized option', '------\n', ' -------\n'])
      expect(parseEncoders(output)).toBeNull();
  });

  it('are never more when the list is cut anywhere, and none before it begins', () => {
    const start = encoders.indexOf(' ------') + ' ------'.length;
    let before = 0;
    for (let length = 0; length <= encoders.length; length += 1) {
      const found = parseEncoders(encoders.slice(0, length));
      if (length < start) expect(found).toBeNull();
      else expect(found?.size).toBeGreaterThanOrEqual(before);
      before = found?.size ?? 0;
    }
    expect(before).toBe(usefulEncoders.length);
  });
});
