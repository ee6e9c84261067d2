import { describe, expect, it } from 'vitest';
import {
  aacArguments,
  h264Arguments,
  mpeg1Arguments,
  muLawArguments,
  pngArguments,
  presets,
  thumbnailArguments,
  type VideoTarget,
  vp8Arguments,
} from '../../../../src/ffmpeg/index.js';

/** What each begins with: live Matroska in, timestamps kept. */
const input =
  '-hide_banner -nostats -loglevel warning -protocol_whitelist pipe -probesize 32 -analyzeduration 0 ' +
  '-fpsprobesize 0 -flags low_delay -threads 1 -f matroska -i pipe:0 -copyts';

const target: VideoTarget = {
  size: { width: 640, height: 360 },
  bitrate: 800,
  frameRate: 30,
  keyFrameInterval: 2,
  threads: 2,
  preset: 'veryfast',
};

const rates =
  '-b:v 800k -maxrate 800k -bufsize 800k -g 100000 ' +
  '-force_key_frames expr:if(isnan(prev_forced_t),1,gte(t,prev_forced_t+2))';

describe('the arguments of ffmpeg', () => {
  it('for H.264', () => {
    expect(h264Arguments(target).join(' ')).toBe(
      `${input} -map 0:v:0 -filter_threads 1 -vf scale=640:360,setsar=1,format=yuv420p ` +
        '-fps_mode passthrough -enc_time_base 1:1000 ' +
        '-c:v libx264 -preset veryfast -tune zerolatency -profile:v baseline ' +
        `-bf 0 -sc_threshold 0 -forced-idr 1 -x264-params fps=30 ${rates} -threads 2 ` +
        '-avoid_negative_ts disabled -flush_packets 1 -f flv -flvflags no_duration_filesize pipe:1',
    );
  });

  it('for VP8', () => {
    expect(vp8Arguments(target).join(' ')).toBe(
      `${input} -map 0:v:0 -filter_threads 1 -vf scale=640:360,setsar=1,format=yuv420p ` +
        '-fps_mode passthrough -enc_time_base 1:1000 ' +
        '-c:v libvpx -deadline realtime -cpu-used 8 -error-resilient default -lag-in-frames 0 ' +
        `-auto-alt-ref 0 ${rates} -threads 1 ` +
        '-avoid_negative_ts disabled -flush_packets 1 -f ivf pipe:1',
    );
  });

  it('for fewer pictures', () => {
    const thinned = { ...target, maxFrameRate: 15 };
    const select = "select='isnan(prev_selected_t)+gte(t-prev_selected_t,0.0600)'";
    for (const args of [h264Arguments(thinned), vp8Arguments(thinned)])
      expect(args[args.indexOf('-vf') + 1]).toBe(`${select},scale=640:360,setsar=1,format=yuv420p`);
    expect(h264Arguments(thinned)).toContain('fps=15');
    expect(h264Arguments({ ...target, maxFrameRate: 60 })).toContain('fps=30');
  });

  it('for VP8 of large pictures, which several threads are worth', () => {
    const threads = (width: number, height: number) => {
      const args = vp8Arguments({ ...target, size: { width, height } });
      return args[args.lastIndexOf('-threads') + 1];
    };
    expect(threads(1920, 1080)).toBe('1');
    expect(threads(1920, 1082)).toBe('2');
  });

  it('for each preset', () => {
    const cpuUsed = presets.map((preset) => {
      expect(h264Arguments({ ...target, preset })).toContain(preset);
      const args = vp8Arguments({ ...target, preset });
      return Number(args[args.indexOf('-cpu-used') + 1]);
    });
    expect(cpuUsed).toEqual([12, 10, 8, 6, 5, 4]);
  });

  it('for AAC', () => {
    expect(aacArguments({ bitrate: 128, channels: 2 }).join(' ')).toBe(
      `${input} -map 0:a:0 -filter_threads 1 -af aresample=async=1 -ar 48000 -ac 2 -threads 1 ` +
        '-c:a aac -profile:a aac_low -b:a 128k ' +
        '-avoid_negative_ts disabled -flush_packets 1 -f flv -flvflags no_duration_filesize pipe:1',
    );
    expect(aacArguments({ bitrate: 64, channels: 1 }).join(' ')).toContain('-ac 1 ');
  });

  it('for µ-law', () => {
    expect(muLawArguments().join(' ')).toBe(
      `${input} -map 0:a:0 -filter_threads 1 -af aresample=async=1:first_pts=0 -ar 8000 -ac 1 -threads 1 ` +
        '-c:a pcm_mulaw -avoid_negative_ts disabled -flush_packets 1 -f mulaw pipe:1',
    );
  });

  it('for MPEG-1', () => {
    const mpeg1 = { size: { width: 320, height: 240 }, bitrate: 500, group: 20, threads: 2 };
    expect(mpeg1Arguments(mpeg1).join(' ')).toBe(
      `${input} -map 0:v:0 -filter_threads 1 -vf fps=25,scale=320:240,setsar=1,format=yuv420p ` +
        '-fps_mode cfr -r 25 -c:v mpeg1video -bf 0 -sc_threshold 1000000000 -g 20 ' +
        '-b:v 500k -maxrate 500k -bufsize 500k -threads 2 ' +
        '-avoid_negative_ts disabled -flush_packets 1 -f mpeg1video pipe:1',
    );
    expect(mpeg1Arguments({ ...mpeg1, group: 100 }).join(' ')).toContain('-g 25 ');
  });

  it('for a PNG file', () => {
    expect(pngArguments().join(' ')).toBe(
      `${input} -map 0:v:0 -filter_threads 1 -frames:v 1 -c:v png -threads 1 -f image2pipe pipe:1`,
    );
    expect(pngArguments(90).join(' ')).toContain('-vf transpose=clock -frames:v 1 ');
    expect(pngArguments(180).join(' ')).toContain('-vf hflip,vflip -frames:v 1 ');
  });

  it('for a small JPEG file', () => {
    expect(thumbnailArguments(320).join(' ')).toBe(
      `${input} -map 0:v:0 -filter_threads 1 -vf scale=min(320\\,iw):-2 -frames:v 1 ` +
        '-c:v mjpeg -q:v 5 -threads 1 -f image2pipe pipe:1',
    );
    expect(thumbnailArguments(320, 90).join(' ')).toContain('-vf transpose=clock,scale=min(320\\,iw):-2 ');
  });
});
