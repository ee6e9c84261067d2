import { describe, expect, it } from 'vitest';
import { partOf, pathOf, readSamples, treeOf } from '../../../bench/flame/stacks.mjs';
import { flameGraph } from '../../../bench/flame/svg.mjs';

/** As `perf script -F ip,sym,dso` prints it. */
const text = `
        ffffffff81 skb_segment ([kernel.kallsyms])
        ffffffff82 __sys_sendmmsg ([kernel.kallsyms])
        ffffffff83 entry_SYSCALL_64_after_hwframe ([kernel.kallsyms])
            7f1234 __sendmmsg (/usr/lib/libc.so.6)

            7f2000 JS:*take file:///app/dist/media/up-track.js:110:9 (/tmp/perf-1.map)
            7f2001 JS:*turn file:///app/dist/worker/media-host.js:90:9 (/tmp/perf-1.map)
            7f2002 JS:*turns file:///app/dist/worker/media-process.js:28:14 (/tmp/perf-1.map)
            7f2003 JS:*processImmediate node:internal/timers:438:28 (/tmp/perf-1.map)

              5555 gcm_ghash_avx (/usr/bin/node)
              5556 EVP_Cipher (/usr/bin/node)
              5557 [unknown] (/app/koffi.node)

              5558 napi_get_cb_info (/usr/bin/node)
`;

describe('samples of perf', () => {
  const samples = readSamples(text);

  it('belong to a part each', () => {
    expect(samples.map(partOf)).toEqual(['send', 'script', 'cipher', 'crossing']);
  });

  it('are shown from where the part is entered', () => {
    expect(samples.map(pathOf)).toEqual([
      ['skb_segment'],
      ['turn worker/media-host', 'take media/up-track'],
      ['EVP_Cipher', 'gcm_ghash_avx'],
      ['napi_get_cb_info'],
    ]);
  });

  it('become a picture whose boxes say what they cost', () => {
    const svg = flameGraph(treeOf(samples), 'A & B', 'note', 8);
    expect(svg).toContain('A &amp; B');
    expect(svg).toContain('<title>OpenSSL: 25.0 %, 2.00 µs</title>');
    expect(svg).toContain('<title>take media/up-track: 25.0 %, 2.00 µs</title>');
  });
});
