import { describe, expect, it } from 'vitest';
import { Backoff } from '../../../console/backoff.js';
import { FigureMeter, formatFigures } from '../../../console/figures.js';
import { explainFailure, explainMediaError, mayStillCome } from '../../../console/words.js';

describe('Backoff', () => {
  it('doubles up to its limit, and starts again', () => {
    const backoff = new Backoff(1000, 15_000, () => 1);
    expect([1, 2, 3, 4, 5, 6].map(() => backoff.next())).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000]);
    backoff.reset();
    expect(backoff.next()).toBe(1000);
  });

  it('spreads over a quarter of the time', () => {
    expect(new Backoff(1000, 15_000, () => 0).next()).toBe(750);
  });

  it('stays finite after very many attempts', () => {
    const backoff = new Backoff(1000, 15_000, () => 1);
    for (let i = 0; i < 5000; i++) backoff.next();
    expect(backoff.next()).toBe(15_000);
  });
});

describe('FigureMeter', () => {
  const codec = [
    { id: 'c1', mimeType: 'video/H264' },
    { id: 'c2', mimeType: 'audio/opus' },
  ];
  const inbound = (timestamp: number, bytes: number, packets: number, lost: number) => ({
    'inbound-rtp': [
      {
        kind: 'audio',
        codecId: 'c2',
        timestamp,
        bytesReceived: 0,
        packetsReceived: 0,
        packetsLost: 0,
      },
      {
        kind: 'video',
        codecId: 'c1',
        timestamp,
        bytesReceived: bytes,
        packetsReceived: packets,
        packetsLost: lost,
        frameWidth: 640,
        frameHeight: 360,
        framesPerSecond: 29.7,
      },
    ],
    codec,
  });

  it('measures what comes in between two looks', () => {
    const meter = new FigureMeter('down');
    expect(meter.read(inbound(1000, 5000, 100, 0))).toMatchObject({ bitrate: null, loss: null, width: 640 });
    const figures = meter.read(inbound(3000, 255_000, 290, 10));
    expect(figures).toEqual({
      bitrate: 1_000_000,
      width: 640,
      height: 360,
      frameRate: 29.7,
      loss: 0.05,
      codecs: 'H264 · opus',
    });
    expect(formatFigures(figures)).toEqual({
      bitrate: '1.0 Mbit/s',
      size: '640 × 360',
      frameRate: '30 fps',
      loss: '5.0 %',
      codecs: 'H264 · opus',
    });
  });

  it('takes the loss of what goes out from the reports of the server', () => {
    const outbound = (timestamp: number, packetsSent: number, packetsLost?: number) => ({
      'outbound-rtp': [{ kind: 'video', timestamp, bytesSent: 0, packetsSent }],
      ...(packetsLost === undefined ? {} : { 'remote-inbound-rtp': [{ kind: 'video', packetsLost }] }),
    });
    const meter = new FigureMeter('up');
    expect(meter.read(outbound(0, 0, 0)).loss).toBeNull();
    expect(meter.read(outbound(1000, 100, 4)).loss).toBe(0.04);
    expect(meter.read(outbound(2000, 200, 3)).loss).toBe(0);
    expect(meter.read(outbound(3000, 210, 300)).loss).toBe(1);
    expect(meter.read(outbound(4000, 300)).loss).toBeNull();
  });

  it('knows nothing from nothing, and takes no nonsense', () => {
    const nothing = { bitrate: null, width: null, height: null, frameRate: null, loss: null, codecs: null };
    const meter = new FigureMeter('down');
    expect(meter.read({})).toEqual(nothing);
    expect(meter.read({})).toEqual(nothing);
    const odd = {
      'inbound-rtp': [{ kind: 'video', frameWidth: 'x', framesPerSecond: Number.NaN, codecId: 1 }],
    };
    expect(meter.read(odd)).toEqual(nothing);
    expect(Object.values(formatFigures(nothing))).toEqual(['–', '–', '–', '–', '–']);
  });

  it('never falls below nothing when a stream starts anew', () => {
    const meter = new FigureMeter('down');
    meter.read(inbound(1000, 500_000, 1000, 50));
    expect(meter.read(inbound(2000, 0, 0, 0))).toMatchObject({ bitrate: 0, loss: null });
  });

  it.each([
    [999, '1 kbit/s'],
    [300_400, '300 kbit/s'],
    [999_600, '1.0 Mbit/s'],
    [2_345_000, '2.3 Mbit/s'],
  ])('writes %d bit/s as %s', (bitrate, text) => {
    const rest = { width: null, height: null, frameRate: null, codecs: null };
    expect(formatFigures({ ...rest, bitrate, loss: null }).bitrate).toBe(text);
  });

  it.each([
    [0, '0 %'],
    [0.0004, '< 0.1 %'],
    [0.012, '1.2 %'],
    [0.5, '50 %'],
  ])('writes a loss of %d as %s', (loss, text) => {
    const rest = { width: null, height: null, frameRate: null, codecs: null };
    expect(formatFigures({ ...rest, bitrate: null, loss }).loss).toBe(text);
  });
});

describe('words', () => {
  it('explains what both, or only one of them can meet', () => {
    expect(explainFailure('publish', 'Stream name is already in use')).toContain('already live');
    expect(explainFailure('play', 'Session does not exist')).toContain('Nobody is live');
    expect(explainFailure('publish', 'No common codecs')).not.toBe(
      explainFailure('play', 'No common codecs'),
    );
    expect(explainFailure('play', 'Failed by ICE timeout')).toBe(
      explainFailure('publish', 'Failed by ICE timeout'),
    );
  });

  it('has words for what it does not know', () => {
    expect(explainFailure('publish', undefined)).toBe('The connection to the server was lost.');
    expect(explainFailure('publish', 'constructor')).toBe('Publishing failed.');
    expect(explainFailure('play', 'Something new')).toBe('Playing failed.');
    expect(explainMediaError('Odd')).toBe('The camera or microphone could not be started.');
    expect(explainMediaError('NotAllowedError')).toContain('not allowed');
  });

  it('knows what may still come', () => {
    expect(mayStillCome('Stream not found')).toBe(true);
    expect(mayStillCome('No common codecs')).toBe(false);
    expect(mayStillCome(undefined)).toBe(false);
  });
});
