import { describe, expect, it } from 'vitest';
import { parseTranscript, TranscriptFault } from '../../support/transcript/parse.js';

const end = '\n[nothing for A]';

function stepsOf(body: string) {
  return parseTranscript(`# Title\n${body}${end}`).steps.slice(0, -1);
}

describe('a transcript', () => {
  it('has a title, settings and steps, with prose and empty lines between', () => {
    const text = '# Title\n# prose\n\n[setting signaling.pingProbes 2]\n[A connects]\n\n# more\nA < ping\n';
    expect(parseTranscript(text)).toEqual({
      title: 'Title',
      settings: [{ path: 'signaling.pingProbes', value: 2 }],
      steps: [
        { kind: 'direction', line: 5, text: '[A connects]', direction: 'A connects' },
        { kind: 'receive', line: 8, text: 'A < ping', client: 'A', message: 'ping', data: [] },
      ],
    });
  });

  it.each([
    ['A > pong null', [null]],
    ['A > pong', []],
    ['A > a {"x":[1,"<b>"]}', [{ x: [1, '<b>'] }]],
    ['A > a "id", {"x":1}, true', ['id', { x: 1 }, true]],
    ['A > a\n  {\n    "x": 1,\n    "y": 2\n  }', [{ x: 1, y: 2 }]],
  ])('%j has the arguments %j', (body, data) => {
    expect(stepsOf(body)).toMatchObject([{ kind: 'send', data }]);
  });

  it.each([
    ['A >> not JSON', 'not JSON'],
    ['A >> <binary>', Buffer.alloc(0)],
    ['A >> <binary 01 ff>', Buffer.from([1, 255])],
  ])('%j is sent as it is', (body, frame) => {
    expect(stepsOf(body)).toMatchObject([{ kind: 'send frame', frame }]);
  });

  it('repeats with changes what came before under this name and direction, whoever’s it was', () => {
    const steps = stepsOf(
      [
        'A < x {"a":1,"b":2}, true',
        'B > x {"c":3}',
        'B < x as before, but {"a":5,"b":"<absent>"}',
        'A < x as before, but',
        '  {"d":6}',
      ].join('\n'),
    );
    expect(steps[2]).toMatchObject({ client: 'B', data: [{ a: 5 }, true] });
    expect(steps[3]).toMatchObject({ client: 'A', data: [{ a: 5, d: 6 }, true] });
  });
});

describe('a transcript that is not understood', () => {
  it.each([
    ['', 'line 1: the first line is no title'],
    ['A < ping', 'line 1: the first line is no title'],
    ['# Title', 'expects nothing'],
    ['# Title\n[A connects]\nA > pong null', 'expects nothing'],
    ['# Title\n  {"a":1}', 'line 2: continues nothing'],
    ['# Title\nsome prose', 'line 2: neither a message nor a direction'],
    ['# Title\na > ping', 'neither a message nor a direction'],
    ['# Title\nA> ping', 'neither a message nor a direction'],
    ['# Title\nA = ping', 'neither a message nor a direction'],
    ['# Title\nA <', 'neither a message nor a direction'],
    ['# Title\nA < {"a":1}', 'no message name'],
    ['# Title\nA < ping {"a":1', 'no JSON'],
    ['# Title\nA < ping {a:1}', 'no JSON'],
    ['# Title\nA < ping 1 2', 'no JSON'],
    ['# Title\nA < ping\n# prose\n  ,', 'line 2: no JSON'],
    ['# Title\n[A connects', 'neither a message nor a direction'],
    ['# Title\n[A connects]\n  and more', 'a direction has one line'],
    ['# Title\n[A connects]\n[setting a.b 1]', 'line 3: a setting after the first step'],
    ['# Title\n[setting a.b two]', 'no JSON'],
    ['# Title\nA < ping as before, but {}', 'nothing like it came before'],
    ['# Title\nA > ping {}\nA < ping as before, but {}', 'line 3: nothing like it came before'],
    ['# Title\nA < ping 5\nA < ping as before, but {}', 'nothing like it came before'],
    ['# Title\nA < ping {}\nA < ping as before, but 5', 'no JSON'],
    ['# Title\nA >> <binary 1>', 'no bytes'],
    ['# Title\nA >> <binary 01', 'no bytes'],
  ])('%j: %s', (text, problem) => {
    expect(() => parseTranscript(text)).toThrow(TranscriptFault);
    expect(() => parseTranscript(text)).toThrow(problem);
  });
});
