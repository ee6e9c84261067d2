import { describe, expect, it } from 'vitest';
import { parseRoute, streamRoute } from '../../../console/dashboard/route.js';
import { embeddedName } from '../../../console/embed-name.js';

const hostile = [
  'a/b',
  '../..',
  '"><script>alert(1)</script>',
  "x'; --",
  '50%',
  'ünï 流',
  '#?&=',
  '  padded',
  '..',
];

describe('the addresses of the dashboard', () => {
  it.each([
    ['', { view: 'streams' }],
    ['#/', { view: 'streams' }],
    ['#/streams/', { view: 'streams' }],
    ['#/streams/cam', { view: 'stream', name: 'cam' }],
    ['#/recordings', { view: 'recordings' }],
    ['#/server', { view: 'server' }],
    ['#/server/more', { view: 'streams' }],
    ['#/streams/%zz', { view: 'streams' }],
    ['#/constructor', { view: 'streams' }],
    ['#main', { view: 'streams' }],
  ])('%s', (hash, route) => {
    expect(parseRoute(hash)).toEqual(route);
  });

  it.each(hostile)('carry any name: %s', (name) => {
    expect(parseRoute(streamRoute(name))).toEqual({ view: 'stream', name });
  });
});

describe('the address of the embedded player', () => {
  it.each(hostile)('carries any name: %s', (name) => {
    expect(embeddedName(`/embed/${encodeURIComponent(name)}`)).toBe(name.trim());
  });

  it.each([
    '/embed/',
    '/embed',
    '/embed/%20',
    '/embed/%zz',
    '/embed/a/b',
    '/embed/a/',
    '/player.html',
  ])('names nothing: %s', (path) => {
    expect(embeddedName(path)).toBeNull();
  });
});
