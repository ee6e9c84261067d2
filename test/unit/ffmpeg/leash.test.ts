import { describe, expect, it } from 'vitest';
import { childEnvironment } from '../../../src/ffmpeg/child-environment.js';
import { leashed } from '../../../src/ffmpeg/leash.js';

describe('a leash', () => {
  const command = { program: '/opt/ffmpeg', args: ['-version'] };

  it('is made of the programs that are there', () => {
    const both = { diesWithParent: true, limitsMemory: true };
    expect(leashed(command, both, 1000)).toEqual({
      program: 'setpriv',
      args: ['--pdeathsig', 'KILL', 'prlimit', '--data=1000', '/opt/ffmpeg', '-version'],
    });
    expect(leashed(command, { ...both, limitsMemory: false }, 1000)).toEqual({
      program: 'setpriv',
      args: ['--pdeathsig', 'KILL', '/opt/ffmpeg', '-version'],
    });
    expect(leashed(command, { ...both, diesWithParent: false }, 1000)).toEqual({
      program: 'prlimit',
      args: ['--data=1000', '/opt/ffmpeg', '-version'],
    });
    expect(leashed(command, { diesWithParent: false, limitsMemory: false }, 1000)).toEqual(command);
  });
});

describe('the environment of a child', () => {
  it('has what programs need and no settings of Sluice', () => {
    expect(childEnvironment({ PATH: '/bin', SLUICE_CODECS_VIDEO: 'VP8', SECRET: 'x' })).toEqual({
      PATH: '/bin',
      LC_ALL: 'C',
      AV_LOG_FORCE_NOCOLOR: '1',
      MALLOC_ARENA_MAX: '2',
    });
  });
});
