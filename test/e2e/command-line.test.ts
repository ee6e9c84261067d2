import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freeMediaPorts } from '../support/ports.js';
import { runServer, Server } from '../support/server.js';
import { WcsClient } from '../support/wcs-client.js';

// Each is a start of its own: some of them at a time.
describe.concurrent('the command line', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-cli-'));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** What it takes to start beside others: ports and, as far as it has anything to keep, a folder of its own. */
  async function base(tls = false): Promise<string[]> {
    const mediaPort = String(await freeMediaPorts(1));
    const flags = ['--host', '127.0.0.1', '--ws-port', '0', '--http-port', '0', '--media-workers', '1'];
    flags.push('--media-port', mediaPort, '--data-dir', await mkdtemp(join(folder, 'data-')));
    return tls
      ? [...flags, '--tls-wss-port', '0', '--tls-https-port', '0']
      : [...flags, '--tls-enabled', 'false'];
  }

  /** It ends with exit code 1 and one line on stderr, no stack trace, that names what is wrong. */
  async function expectRefusal(flags: readonly string[], ...named: readonly string[]): Promise<void> {
    const { code, program } = await runServer(flags);
    const lines = program
      .text('stderr')
      .split('\n')
      .filter((line) => line.trim() !== '');
    expect({ code, lines: lines.length }, program.text()).toEqual({ code: 1, lines: 1 });
    for (const text of named) expect(lines[0]).toContain(text);
  }

  it.each([
    '--ws-port',
    '--http-port',
    '--tls-wss-port',
    '--tls-https-port',
  ])('refuses a %s in use', async (flag) => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    try {
      await expectRefusal([...(await base(flag.startsWith('--tls'))), flag, String(port)], String(port));
    } finally {
      other.close();
    }
  });

  it('refuses a media port in use', async () => {
    const other = createSocket('udp4').bind(0, '127.0.0.1');
    await once(other, 'listening');
    try {
      const port = String(other.address().port);
      await expectRefusal([...(await base()), '--media-port', port], port);
    } finally {
      other.close();
    }
  });

  it('refuses a TCP port for media in use, of any media process, unless it is told to do without', async () => {
    const mediaPort = await freeMediaPorts(2);
    const other = createServer().listen(mediaPort + 1, '127.0.0.1');
    await once(other, 'listening');
    try {
      const flags = [...(await base()), '--media-port', String(mediaPort), '--media-workers', '2'];
      await expectRefusal(flags, `Port ${mediaPort + 1} (TCP)`, '--media-tcp-port');
      const server = await Server.start({
        mediaPort,
        flags: ['--media-workers', '2', '--media-tcp', 'false', '--tls-enabled', 'false'],
      });
      expect(server.ready).toMatchObject({ mediaPorts: [mediaPort, mediaPort + 1], mediaTcpPorts: [] });
      await server.stop();
    } finally {
      other.close();
    }
  });

  it('refuses an address that is not one of this machine', async () => {
    // 192.0.2.0/24 is for documentation (RFC 5737); its last address is nobody's.
    await expectRefusal([...(await base()), '--host', '192.0.2.254'], '192.0.2.254');
  });

  it('refuses an address that is none', async () => {
    await expectRefusal([...(await base()), '--host', 'no-address'], '--host');
  });

  it('names all that is wrong, a line each, and how to get help', async () => {
    const wrong = [
      ['--announce', 'no address'],
      ['--ws-port', '65536'],
      ['--media-port', 'many'],
      ['--log-level', 'loud'],
      ['--no-such-flag', 'x'],
    ];
    const { code, program } = await runServer([...(await base()), ...wrong.flat()]);
    const lines = program.text('stderr').trim().split('\n');
    expect({ code, lines: lines.length }, program.text()).toEqual({ code: 1, lines: wrong.length + 1 });
    for (const [flag] of wrong) expect(lines.filter((line) => line.includes(flag!))).toHaveLength(1);
    expect(lines.at(-1)).toContain('--help');
  });

  it('refuses unknown keys of the configuration file with their path', async () => {
    const file = join(folder, 'unknown.yaml');
    await writeFile(file, 'media:\n  noSuchKey: 1\n');
    await expectRefusal([...(await base()), '--config', file], 'media.noSuchKey');
  });

  it('takes settings from the configuration file', async () => {
    const file = join(folder, 'good.yaml');
    await writeFile(file, 'protocol:\n  missingStreamInfo: Stream not found\n');
    const server = await Server.start({
      flags: ['--config', file, '--media-workers', '1', '--tls-enabled', 'false'],
    });
    const client = await WcsClient.connect(server.wsUrl);
    client.send('playStream', {
      mediaSessionId: 'missing',
      name: 'missing',
      mediaProvider: 'WebRTC',
      sdp: 'v=0',
    });
    expect((await client.status('missing', ['FAILED'])).first.info).toBe('Stream not found');
    await client.close();
    await server.stop();
  });

  it('checks a configuration without serving it', async () => {
    const good = await runServer(['check-config', '--ws-port', '9000', '--data-dir', join(folder, 'none')]);
    expect(good.code, good.program.text()).toBe(0);
    expect(good.program.text('stdout')).toContain('wsPort: 9000');
  });

  it.each([
    [['check-config', '--ws-port', '65536'], ['wsPort']],
    [['check-config', '--tls-certificate', tmpdir(), '--tls-key', tmpdir()], ['EISDIR']],
    [['unknown-command'], ['unknown-command', 'check-config']],
  ])('refuses %j', async (flags, named) => {
    await expectRefusal(flags, ...named);
  });

  it('lists its flags with --help', async () => {
    const { code, program } = await runServer(['--help']);
    expect(code).toBe(0);
    for (const flag of [
      '--host',
      '--ws-port',
      '--http-port',
      '--media-port',
      '--media-workers',
      '--announce',
    ]) {
      expect(program.text('stdout')).toContain(flag);
    }
    for (const flag of ['--data-dir', '--config', '--log-level', '--help']) {
      expect(program.text('stdout')).toContain(flag);
    }
  });
});
