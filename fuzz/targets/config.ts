import {
  type Config,
  configurationReference,
  effectiveSettings,
  loadConfig,
} from '../../src/config/index.js';
import { Fault } from '../../src/kit/index.js';
import { type FuzzTarget, promise } from '../engine/target.js';
import { fromText } from './seeds.js';

const decoder = new TextDecoder();
const flags = [...configurationReference().matchAll(/--[a-z][a-z0-9-]+/g)].map(([flag]) => flag);
const keys = [...configurationReference().matchAll(/`([a-z]+[A-Za-z]*\.[A-Za-z.]+)`/g)].map(
  ([, key = '']) => key,
);

/**
 * The configuration, by the first character: `f` arguments, one a line; `e` variables of the environment; `j` a file of
 * JSON; else one of YAML. Nothing but faults for people to read comes of it; what is good is written (where it is
 * cross-checked).
 */
export const target: FuzzTarget = {
  kind: 'text',
  maxLength: 2048,
  limitMs: 500,
  seeds: () =>
    fromText(
      'yws:\n  port: 8080\nmedia:\n  port: 31000\ncodecs:\n  video: [VP8, H264]\nlog:\n  level: debug\n',
      'j{"codecs":{"audio":["opus"],"video":["VP8"]},"access":{"jwtSecret":"0123456789abcdef0123456789abcdef"}}',
      'yaccess: &a\n  jwtSecret: *a\nx: [1, 2, {a: b}]\n',
      'f--media-port\n40000\n--codecs-video\nVP8,H264\n--announce=203.0.113.7:40000\n',
      'eSLUICE_ANNOUNCE=192.0.2.1:31000/443,[2001:db8::1]\n',
      'eSLUICE_LOG_LEVEL=debug\nSLUICE_MEDIA_PORT=1\nSLUICE_NO=1\n',
    ),
  dictionary: [...new Set([...flags, ...keys, ...keys.map((key) => `${key.split('.').at(-1)}: `)])].concat([
    '__proto__: ',
    'toString: ',
    '!!binary ',
    '!!set ',
    '<<: *a',
    '&a ',
    '? [',
    '--- ',
    '%YAML 1.1\n',
    '.inf',
    '0o17',
    '1:30',
    '::1',
    '[::1]:80',
    '127.0.0.1/8',
  ]),
  run(input) {
    load(input);
  },
  crossCheck(input) {
    const config = load(input);
    if (config) effectiveSettings(config);
  },
};

/** @returns the configuration; null for a fault, or when something else is asked for */
function load(input: Uint8Array): Config | null {
  const text = decoder.decode(input);
  const [kind, rest] = [text[0], text.slice(1)];
  const lines = rest.split('\n');
  const pairs = lines.map((line): [string, string] => {
    const at = line.indexOf('=');
    return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
  });
  const file = kind === 'j' ? 'a.json' : 'a.yaml';
  try {
    const loaded = loadConfig({
      argv: kind === 'f' ? lines.filter((line) => line !== '') : kind === 'e' ? [] : ['--config', file],
      env: kind === 'e' ? Object.fromEntries(pairs) : {},
      readFile: () => rest,
      version: '1.2.3',
    });
    return loaded.kind === 'config' ? loaded.config : null;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    promise(error.message.length > 0 && error.hint.length > 0, 'a fault without a text');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
    promise(!/[\u0000-\u0009\u000b-\u001f]/.test(error.message), 'a message with control characters');
    return null;
  }
}
