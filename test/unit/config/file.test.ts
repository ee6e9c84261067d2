import { describe, expect, it } from 'vitest';
import { configOf, faultOf, problemsOf, yaml } from './support.js';

describe('the file', () => {
  it('may be empty, only comments, or have empty groups', () => {
    for (const text of ['', '# nothing\n', '{}', 'codecs:\n', 'codecs: {}\n']) {
      expect(configOf(yaml(text)).wsPort).toBe(8080);
    }
  });

  it('takes announce as text or as objects', () => {
    const text =
      'announce:\n  - 192.0.2.1:4000\n  - address: 2001:db8::1\n    port: 5000\n  - { address: 192.0.2.2 }\n';
    expect(configOf(yaml(text)).announce).toEqual([
      { address: '192.0.2.1', port: 4000 },
      { address: '2001:db8::1', port: 5000 },
      { address: '192.0.2.2' },
    ]);
  });

  it.each([
    ['wsport: 1', 'wsport: no such setting (file s.yaml); did you mean wsPort?'],
    ['codecs: { vidio: [VP8] }', 'codecs.vidio: no such setting (file s.yaml); did you mean codecs.video?'],
    ['video: [VP8]', 'video: no such setting (file s.yaml); did you mean codecs.video?'],
    ['codec: { video: [VP8] }', 'codec: no such setting (file s.yaml); did you mean codecs?'],
    ['codecs.video: [VP8]', 'codecs.video: no such setting (file s.yaml); did you mean codecs.video?'],
    ['host: { name: x }', 'host: {"name":"x"} is not an IPv4 or IPv6 address (file s.yaml)'],
    ['codecs: [VP8]', 'codecs: ["VP8"] is not a group of settings (file s.yaml)'],
    ['__proto__: { wsPort: 1 }', '__proto__: no such setting (file s.yaml)'],
    ['constructor: 1', 'constructor: no such setting (file s.yaml)'],
    ['announce: [{ address: 192.0.2.1, prot: 1 }]', 'announce.0.prot: no such setting (file s.yaml)'],
    [
      'announce: [{ address: nowhere }]',
      'announce.0.address: "nowhere" is not the IP address of a host (file s.yaml)',
    ],
    ['announce: [{ port: 1 }]', 'announce.0.address: is missing (file s.yaml)'],
    [
      'announce: [{ address: 192.0.2.1, port: 0 }]',
      'announce.0.port: 0 is not a port from 1 to 65535 (file s.yaml)',
    ],
    ['"a\\nb\\e[2J": 1', 'a?b?[2J: no such setting (file s.yaml)'],
  ])('refuses %s', (text, line) => {
    expect(problemsOf(yaml(text))).toEqual([line]);
  });

  it('guesses what is meant for the first twenty unknown settings', () => {
    const lines = problemsOf(yaml(Array.from({ length: 30 }, (_, n) => `wsPort${n}: 1`).join('\n')));
    expect(lines).toHaveLength(30);
    expect(lines.filter((line) => line.endsWith('did you mean wsPort?'))).toEqual(lines.slice(0, 20));
  });

  it('takes no text for a number', () => {
    expect(problemsOf(yaml('wsPort: "8080"'))).toHaveLength(1);
  });

  it.each([
    ['s.yaml', 'wsPort: [1', /^The configuration file s\.yaml is not valid YAML: .* at line 1, column \d+$/],
    ['s.yaml', 'wsPort: 1\nwsPort: 2', /not valid YAML: Map keys must be unique at line 2, column 1$/],
    ['s.yaml', 'wsPort: !secret 1', /not valid YAML: Unresolved tag: !secret/],
    ['s.yaml', '- a', /not valid YAML: it holds \["a"\] where an object is expected$/],
    ['s.json', '{"wsPort": 1,}', /not valid JSON: /],
    ['s.JSON', 'wsPort: 1', /not valid JSON: /],
    ['s.json', '\u001b[2J', /^\P{Cc}* is not valid JSON: \P{Cc}*$/u],
    ['s.json', '3', /not valid JSON: it holds 3 where an object is expected$/],
  ])('refuses %s with %j', (path, text, message) => {
    const fault = faultOf({ argv: ['--config', path], files: { [path]: text } });
    expect(fault.code).toBe('CONFIG_SYNTAX');
    expect(fault.message).toMatch(message);
    expect(fault.message).not.toContain('\n');
  });

  it('refuses aliases that unfold without end', () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]']
      .concat([...'bcdefgh'].map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`))
      .join('\n');
    expect(faultOf(yaml(bomb)).code).toBe('CONFIG_SYNTAX');
  });

  it('says when it cannot be read', () => {
    const fault = faultOf({ argv: ['--config', 'none.yaml'] });
    expect(fault.code).toBe('CONFIG_UNREADABLE');
    expect(fault.message).toBe(
      "The configuration file none.yaml cannot be read: ENOENT: no such file or directory, open 'none.yaml'",
    );
  });
});
