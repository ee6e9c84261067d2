import { SdkPage, type SdkStream, type StreamOptions } from './sdk-page.js';
import type { Browser } from './tab.js';

/** A participant as the SDK shows it: the names of its streams. */
export interface RoomParticipant {
  readonly login: string;
  readonly streams: readonly string[];
}

/** What the SDK told the application: STATE with all participants, a MESSAGE with its text, else a participant. */
export interface RoomEvent extends Partial<RoomParticipant> {
  readonly name: string;
  readonly text?: string;
  readonly participants?: readonly RoomParticipant[];
}

/** The scripts of a page with the SDK's Room API. */
export function roomScripts(httpUrl: string): string[] {
  return ['/sdk-driver.js', new URL('/sdk/flashphoner-room-api.js', httpUrl).href, '/room-driver.js'];
}

/** A page with the real Room API of the Web SDK, in one room. */
export class RoomPage {
  private constructor(
    readonly page: SdkPage,
    /** Who was there when it came. */
    readonly state: readonly RoomParticipant[],
  ) {}

  /** Opens a page in a tab of its own, connects as `login` and joins a room. */
  static async enter(browser: Browser, pageUrl: string, wsUrl: string, login: string, room: string) {
    const page = await SdkPage.open(browser, pageUrl);
    const state = await page.call<RoomEvent>('enterRoom', wsUrl, login, room);
    return new RoomPage(page, state.participants ?? []);
  }

  /** The first event with these fields, past or future. */
  event(fields: RoomEvent, ms = 10_000): Promise<RoomEvent> {
    return this.page.call('roomEvent', fields, ms);
  }

  /** Who is there now, as the SDK knows. */
  participants(): Promise<RoomParticipant[]> {
    return this.page.call('participants');
  }

  /** Publishes into the room and waits until the server says PUBLISHING. */
  async publishing(options: StreamOptions = {}): Promise<SdkStream> {
    const stream = await this.page.startStream('roomPublish', options);
    await stream.waitFor('PUBLISHING');
    return stream;
  }

  /** Plays a stream of a participant and waits for its first frame. */
  async playing(login: string, name: string): Promise<SdkStream> {
    const stream = await this.page.startStream('roomPlay', login, name);
    await stream.waitFor('PLAYING');
    await stream.firstFrame();
    return stream;
  }

  sendMessage(login: string, text: string): Promise<void> {
    return this.page.call('sendMessage', login, text);
  }

  leave(): Promise<void> {
    return this.page.call('leaveRoom');
  }

  close(): Promise<void> {
    return this.page.close();
  }
}
