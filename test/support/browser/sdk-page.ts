import type { Browser, Tab } from './tab.js';

/** A status or event that the SDK gave to the application; `time`: ms after publish() or play(). */
export interface StatusRecord {
  readonly status: string;
  readonly info: string | null;
  readonly time: number;
  readonly size?: { readonly width: number; readonly height: number };
  /** Of STREAM_EVENT. */
  readonly event?: { readonly type: string; readonly payload?: { readonly info?: string } };
}

/** An update of the SDK's connection quality; rates in bit/s as it has filtered them, `time` as for a status. */
export interface QualityRecord {
  readonly quality: string;
  readonly clientRate: number;
  readonly serverRate: number;
  readonly time: number;
}

interface RtpStats {
  readonly codec: string | null;
  readonly bytes: number;
  readonly framesDecoded?: number;
  readonly framesEncoded?: number;
  readonly packetsReceived?: number;
  readonly packetsLost?: number;
  readonly packetsSent?: number;
  readonly freezeCount?: number;
  /** Key frames the receiver asked for. */
  readonly pliCount?: number;
  /** Of audio: what had to be made up, of all that was played. */
  readonly concealedSamples?: number;
  readonly totalSamplesReceived?: number;
}

/** What a browser says about one stream; `time` in ms, `bytes` of payload received or sent. */
export interface StreamStats {
  readonly time: number;
  readonly state: string;
  /** The candidate of the server that media goes to, null while there is none; `relay`: the protocol to a TURN server. */
  readonly path: {
    readonly protocol: string;
    readonly address: string;
    readonly port: number;
    readonly relay?: string;
  } | null;
  readonly videoWidth: number;
  readonly videoHeight: number;
  readonly firstFrameMs: number | null;
  /** When the peer connection was connected, ms after publish() or play(). */
  readonly connectedMs: number | null;
  readonly statuses: readonly string[];
  readonly inbound: { readonly audio: RtpStats | null; readonly video: RtpStats | null };
  readonly outbound: { readonly audio: RtpStats | null; readonly video: RtpStats | null };
}

/** Options of the SDK's `createStream`, e.g. constraints and stripCodecs. */
export type StreamOptions = Readonly<Record<string, unknown>>;

/** The scripts of a page that speaks through the SDK which a server delivers over its own HTTP. */
export function sdkScripts(httpUrl: string): string[] {
  return ['/sdk-driver.js', new URL('/sdk/flashphoner.js', httpUrl).href];
}

/** A page with the real Web SDK, one session, and the driver that notes what happens. */
export class SdkPage {
  #streams = 0;

  private constructor(readonly tab: Tab) {}

  /** Opens a page in a tab of its own, without a session. */
  static async open(browser: Browser, pageUrl: string): Promise<SdkPage> {
    const page = new SdkPage(await browser.newTab());
    await page.tab.goto(pageUrl);
    return page;
  }

  /** Opens a page in a tab of its own and connects its session. */
  static async connect(
    browser: Browser,
    pageUrl: string,
    wsUrl: string,
    options: object = {},
  ): Promise<SdkPage> {
    const page = await SdkPage.open(browser, pageUrl);
    const statuses = await page.call<string[]>('connect', wsUrl, options);
    if (!statuses.includes('ESTABLISHED')) throw new Error(`${browser.name}: session ${statuses.join(', ')}`);
    return page;
  }

  /** Calls a method of the driver in the page. */
  async call<T>(method: string, ...args: unknown[]): Promise<T> {
    const list = args.map((arg) => JSON.stringify(arg) ?? 'undefined').join(', ');
    const expression = `Promise.resolve(driver.${method}(${list})).then((value) => JSON.stringify(value ?? null))`;
    try {
      return JSON.parse(await this.tab.evaluate<string>(expression)) as T;
    } catch (error) {
      const problems = this.tab.console.filter((line) => /^(error|warn|uncaught)/.test(line)).slice(-5);
      throw new Error(`${error instanceof Error ? error.message : error}\n${problems.join('\n')}`);
    }
  }

  /** Publishes from the (fake) camera and microphone; returns when the SDK has made its connection or failed. */
  publish(name: string, options: StreamOptions = {}): Promise<SdkStream> {
    return this.startStream('publish', { name, ...options });
  }

  /** Plays a stream; returns when the SDK has made its connection or failed. */
  play(name: string, options: StreamOptions = {}): Promise<SdkStream> {
    return this.startStream('play', { name, ...options });
  }

  /** Publishes and waits until the server says PUBLISHING. */
  async publishing(name: string, options: StreamOptions = {}): Promise<SdkStream> {
    const stream = await this.publish(name, options);
    await stream.waitFor('PUBLISHING');
    return stream;
  }

  /** Plays and waits until the server says PLAYING. */
  async playing(name: string, options: StreamOptions = {}): Promise<SdkStream> {
    const stream = await this.play(name, options);
    await stream.waitFor('PLAYING');
    return stream;
  }

  /** Starts a stream by a method of the driver that takes a key for it, then these arguments. */
  async startStream(method: string, ...args: unknown[]): Promise<SdkStream> {
    const key = `${method} ${++this.#streams}`;
    await this.call(method, key, ...args);
    return new SdkStream(this, key);
  }

  /** Waits for one of the SDK's session statuses. */
  async waitForSession(status: string, ms = 10_000): Promise<void> {
    await this.call('waitSession', [status], ms);
  }

  disconnect(): Promise<void> {
    return this.call('disconnect');
  }

  close(): Promise<void> {
    return this.tab.close();
  }
}

const TERMINAL = ['FAILED', 'STOPPED', 'UNPUBLISHED'];

/** One stream of a page. */
export class SdkStream {
  constructor(
    readonly page: SdkPage,
    readonly key: string,
  ) {}

  /** Waits for a status; a terminal status that is not the wanted one is an error at once. */
  async waitFor(status: string, ms = 15_000): Promise<StatusRecord> {
    const record = await this.page.call<StatusRecord>('wait', this.key, [status, ...TERMINAL], ms);
    if (record.status !== status)
      throw new Error(`${this.key}: ${record.status} (${record.info}), not ${status}`);
    return record;
  }

  statuses(): Promise<StatusRecord[]> {
    return this.page.call('statuses', this.key);
  }

  /** Waits until a frame was decoded; returns ms since play(). */
  firstFrame(ms = 15_000): Promise<number> {
    return this.page.call('firstFrame', this.key, ms);
  }

  stats(): Promise<StreamStats> {
    return this.page.call('stats', this.key);
  }

  /** Statistics at the beginning and after each of `seconds` seconds. */
  sample(seconds: number): Promise<StreamStats[]> {
    return this.page.call('sample', this.key, seconds);
  }

  /** Waits at most `ms` until the picture is `width` wide; returns the last size. */
  reachWidth(width: number, ms: number): Promise<{ width: number; height: number }> {
    return this.page.call('reachWidth', this.key, width, ms);
  }

  /** Waits at most `ms` until the video exceeds a bitrate (windows of 2 s); returns the best that was seen. */
  reachBitrate(direction: 'inbound' | 'outbound', bitsPerSecond: number, ms: number) {
    return this.page.call<{ bitsPerSecond: number; afterMs: number }>(
      'reachBitrate',
      this.key,
      direction,
      bitsPerSecond,
      ms,
    );
  }

  /** The mean video bitrate from now over some seconds, bit/s. */
  meanBitrate(direction: 'inbound' | 'outbound', seconds: number): Promise<number> {
    return this.page.call('meanBitrate', this.key, direction, seconds);
  }

  /** Every update of the connection's quality so far. */
  qualities(): Promise<QualityRecord[]> {
    return this.page.call('qualities', this.key);
  }

  /** The name of its recording, as the last status had it. */
  recordInfo(): Promise<string | null> {
    return this.page.call('recordInfo', this.key);
  }

  stop(): Promise<void> {
    return this.page.call('stop', this.key);
  }
}
