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

describe('the command line', () => {
  let folder: string;
  let base: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-cli-'));
    const mediaPort = await freeMediaPorts(2);
    base = ['--host', '127.0.0.1', '--ws-port', '0', '--http-port', '0', '--data-dir', folder];
    base.push('--tls-wss-port', '0', '--tls-https-port', '0');
    base.push('--media-workers', '1', '--media-port', String(mediaPort));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

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
      await expectRefusal([...base, flag, String(port)], String(port));
    } finally {
      other.close();
    }
  });

  it('refuses a media port in use', async () => {
    const other = createSocket('udp4').bind(0, '127.0.0.1');
    await once(other, 'listening');
    try {
      const port = String(other.address().port);
      await expectRefusal([...base, '--media-port', port], port);
    } finally {
      other.close();
    }
  });

  it('refuses a TCP port for media in use, of any media process, unless it is told to do without', async () => {
    const mediaPort = await freeMediaPorts(2);
    const other = createServer().listen(mediaPort + 1, '127.0.0.1');
    await once(other, 'listening');
    try {
      const flags = [...base, '--media-port', String(mediaPort), '--media-workers', '2'];
      await expectRefusal(flags, `Port ${mediaPort + 1} (TCP)`, '--media-tcp-port');
      const server = await Server.start({
        mediaPort,
        flags: ['--media-workers', '2', '--media-tcp', 'false'],
      });
      expect(server.ready).toMatchObject({ mediaPorts: [mediaPort, mediaPort + 1], mediaTcpPorts: [] });
      await server.stop();
    } finally {
      other.close();
    }
  });

  it('refuses an address that is not one of this machine', async () => {
    // 192.0.2.0/24 is for documentation (RFC 5737); its last address is nobody's.
    await expectRefusal([...base, '--host', '192.0.2.254'], '192.0.2.254');
  });

  it.each([
    ['--host', 'no-address'],
    ['--announce', 'no address'],
    ['--ws-port', '65536'],
    ['--media-port', 'many'],
    ['--log-level', 'loud'],
    ['--no-such-flag', 'x'],
  ])('refuses %s %s', async (flag, value) => {
    await expectRefusal([...base, flag, value], flag);
  });

  it('refuses unknown keys of the configuration file with their path', async () => {
    const file = join(folder, 'unknown.yaml');
    await writeFile(file, 'media:\n  noSuchKey: 1\n');
    await expectRefusal([...base, '--config', file], 'media.noSuchKey');
  });

  it('takes settings from the configuration file', async () => {
    const file = join(folder, 'good.yaml');
    await writeFile(file, 'protocol:\n  missingStreamInfo: Stream not found\n');
    const server = await Server.start({ flags: ['--config', file] });
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
    await expectRefusal(['check-config', '--ws-port', '65536'], 'wsPort');
    await expectRefusal(['check-config', '--tls-certificate', folder, '--tls-key', folder], 'EISDIR');
    await expectRefusal(['unknown-command'], 'unknown-command', 'check-config');
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
