import { expect, it } from 'vitest';
import { parseTranscript } from '../../support/transcript/parse.js';
import { runTranscript } from '../../support/transcript/run.js';

const missing = '{"id":"q","status":"false","info":"Session does not exist"}';
const asks = 'A > availableStream {"mediaSessionId":"q","name":"x"}';
const publishes = 'A > publishStream {"mediaSessionId":"m1","name":"x","sdp":"<offer chromium publish>"}';
const answered = 'A < setRemoteSDP "m1", "<answer>", true';

const run = (...lines: string[]) => runTranscript(parseTranscript(['# Title', ...lines].join('\n')));

it('a transcript that is true passes', async () => {
  await run('[A connects]', asks, `A < availableStream ${missing}`);
});

it.each<[string, string[], string]>([
  [
    'another value',
    ['[A connects]', asks, `A < availableStream ${missing.replace('false', 'true')}`],
    'line 4: A < availableStream {"id":"q","status":"true","info":"Session does not exist"}\n0.status: expected "true", came "false"',
  ],
  ['another message', ['[A connects]', asks, 'A < ping'], 'expected ping, came availableStream'],
  ['an argument too few', ['[A connects]', asks, 'A < availableStream'], '0: not expected'],
  ['nothing came', ['[A connects]', 'A < ping'], 'line 3: A < ping\nA gets nothing'],
  ['something came', ['[A connects]', asks, '[nothing for A]'], 'A got availableStream'],
  ['something was left', ['[A connects]', '[nothing for A]', asks], 'the end\nA got availableStream'],
  [
    'something was left to a client that has gone',
    ['[A connects]', asks, '[B connects]', '[nothing for B]', '[A closes]'],
    'A got',
  ],
  [
    'another order',
    ['[A connects]', asks, publishes, answered, `A < availableStream ${missing}`],
    'expected set',
  ],
  ['a client that is not there', ['[A connects]', 'B < ping'], 'line 3: B < ping\nB has not opened a socket'],
  [
    'a client that is there already',
    ['[A connects]', '[A connects]', '[nothing for A]'],
    'A is already there',
  ],
  ['an unknown direction', ['[A connects]', '[A dances]', '[nothing for A]'], 'nobody knows this direction'],
  [
    'an unknown setting',
    ['[setting signaling.nothing 1]', '[nothing for A]'],
    'signaling.nothing: no such setting',
  ],
  ['an unknown placeholder', ['[A connects]', asks, 'A < availableStream "<x>"'], '<x> means nothing'],
  ['an unknown offer', ['[A connects]', 'A > a "<offer x>"', '[nothing for A]'], 'there is no <offer x>'],
  [
    'an answer to nothing',
    ['[A connects]', asks, 'A < availableStream "<answer>"'],
    'answers nothing that A offered',
  ],
  ['a token that is none', ['[A connects]', asks, 'A < availableStream "<token>"'], '0: <token> is {"id"'],
  [
    'an answer with a section switched off that is not',
    ['[A connects]', publishes, 'A < setRemoteSDP "m1", "<answer, video rejected>", true'],
    'section 1 (video) is not rejected',
  ],
  ['a closing that does not come', ['[A connects]', '[A is closed 1000 ""]'], 'A is not closed'],
  [
    'another closing',
    ['[A opens a socket]', 'A >> {', '[A is closed 1008 ""]'],
    'A was closed 1007 "not JSON"',
  ],
  [
    'media that nobody opened',
    ['[A connects]', '[media of m1 starts]', '[nothing for A]'],
    '0 media sessions are called m1',
  ],
  [
    'media that is open',
    ['[A connects]', publishes, answered, '[media of m… is closed]'],
    'line 5: [media of m… is closed]\nit was closed 0 times',
  ],
  [
    'media that has been closed',
    ['[A connects]', publishes, answered, '[A closes]', '[media of m1 starts]'],
    'its media is closed',
  ],
])('%s: fails, and says what came', async (_, lines, problem) => {
  await expect(run(...lines)).rejects.toThrow(problem);
});

it('a token given twice is found', async () => {
  const userData =
    'A < getUserData {"useWsTunnel":false,"useWsTunnelPacketization2":false,"useBase64BinaryEncoding":false,"mediaProviders":[],"authToken":"<token>","status":"ESTABLISHED","clientVersion":"","clientOSVersion":"","clientBrowserVersion":"<token>","forceLogger":false,"keepAlive":false}';
  const token = 'x'.repeat(32);
  await expect(
    run(
      '[A opens a socket]',
      `A > connection {"clientBrowserVersion":"${token}"}`,
      userData,
      'A < getVersion "<version>"',
    ),
  ).resolves.toBeUndefined();
  await expect(
    run(
      '[A connects]',
      '[B opens a socket]',
      'B > connection {"clientVersion":"<token of A>","clientBrowserVersion":"<token of A>"}',
      userData.replace('A <', 'B <').replace('"clientVersion":""', '"clientVersion":"<token>"'),
    ),
  ).rejects.toThrow('is the token of another session');
});
