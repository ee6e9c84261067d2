import { beforeEach } from 'vitest';
import { launchChromium } from './browser/chromium.js';
import { launchFirefox } from './browser/firefox.js';
import { type PageServer, startPageServer } from './browser/page-server.js';
import { RoomPage } from './browser/room-page.js';
import { SdkPage, sdkScripts } from './browser/sdk-page.js';
import type { Browser } from './browser/tab.js';
import { Cleanup } from './cleanup.js';
import { enterNamespace, NAMESPACE_ADDRESS } from './netns.js';
import { Server, type ServerOptions } from './server.js';

/**
 * `inNamespace`: everything in a network namespace, as Firefox needs it; `chromium`, with these options, and `firefox`: to be
 * launched while the server starts; `host`, `announce` and `flags`: as the server's; `scripts`: those of the pages, given
 * the server's HTTP URL; `files`: more paths on the pages' server.
 */
export interface StageOptions extends ServerOptions {
  readonly inNamespace?: boolean;
  readonly chromium?: { readonly camera?: string };
  readonly firefox?: boolean;
  readonly scripts?: (httpUrl: string) => readonly string[];
  readonly files?: Readonly<Record<string, string>>;
}

/** A running server, pages with its Web SDK, and browsers: all that a test of the whole way needs. */
export class Stage {
  readonly #browsers: Browser[] = [];
  #leave: (() => Promise<void>) | undefined;
  #server: Server | undefined;
  #pages: PageServer | undefined;

  static async open(options: StageOptions = {}): Promise<Stage> {
    const stage = new Stage();
    try {
      if (options.inNamespace) stage.#leave = await enterNamespace();
      // Whatever comes of one of them, the others are there to be closed.
      const parts = await Promise.allSettled([
        stage.#serve(options),
        options.chromium && stage.launchChromium(options.chromium),
        options.firefox && stage.launchFirefox(),
      ]);
      for (const part of parts) if (part.status === 'rejected') throw part.reason;
      return stage;
    } catch (error) {
      await stage.close();
      throw error;
    }
  }

  async #serve({ inNamespace, scripts = sdkScripts, files, chromium, firefox, ...rest }: StageOptions) {
    const host = inNamespace ? NAMESPACE_ADDRESS : '127.0.0.1';
    this.#server = await Server.start({ host, ...rest });
    this.#pages = await startPageServer(scripts(this.#server.httpUrl), files);
  }

  /** Of the page that tabs open. */
  get pagesUrl(): string {
    return this.#pages!.url;
  }

  get server(): Server {
    return this.#server!;
  }

  async launchChromium(options: { camera?: string } = {}): Promise<Browser> {
    return this.#keep(await launchChromium(options));
  }

  async launchFirefox(): Promise<Browser> {
    return this.#keep(await launchFirefox());
  }

  #keep(browser: Browser): Browser {
    this.#browsers.push(browser);
    return browser;
  }

  /** The first one that was launched. */
  get chromium(): Browser {
    return this.#named('Chromium');
  }

  get firefox(): Browser {
    return this.#named('Firefox');
  }

  #named(name: Browser['name']): Browser {
    const browser = this.#browsers.find((each) => each.name === name);
    if (!browser) throw new Error(`no ${name} was launched`);
    return browser;
  }

  /** A page of this browser in a room of the Room API; its pages must have `roomScripts`. */
  enterRoom(browser: Browser, login: string, room: string): Promise<RoomPage> {
    return RoomPage.enter(browser, this.#pages!.url, this.server.wsUrl, login, room);
  }

  /** A page of this browser with a session of its own. */
  connect(browser: Browser, options: object = {}): Promise<SdkPage> {
    return SdkPage.connect(browser, this.#pages!.url, this.server.wsUrl, options);
  }

  /** Closes the browsers, then stops the server, which must end by itself with exit code 0. */
  close(): Promise<void> {
    const cleanup = new Cleanup();
    cleanup.defer(() => this.#leave?.());
    cleanup.defer(() => this.#server?.stop());
    cleanup.defer(() => this.#pages?.close());
    cleanup.defer(() => Promise.all(this.#browsers.splice(0).map((browser) => browser.close())));
    return cleanup.run();
  }
}

/** Shows what the server wrote whenever a test of this file fails. */
export function showServerOnFailure(server: () => Server | undefined): void {
  beforeEach(({ onTestFailed }) => {
    onTestFailed(() =>
      console.error(`the server wrote:\n${server()?.program.text() ?? 'nothing: it did not start'}`),
    );
  });
}
