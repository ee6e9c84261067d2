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
 * `inNamespace`: everything in a network namespace, as Firefox needs it; `host`, `announce` and `flags`: as the server's;
 * `scripts`: those of the pages, given the server's HTTP URL; `files`: more paths on the pages' server.
 */
export interface StageOptions extends ServerOptions {
  readonly inNamespace?: boolean;
  readonly scripts?: (httpUrl: string) => readonly string[];
  readonly files?: Readonly<Record<string, string>>;
}

/** A running server, pages with its Web SDK, and browsers: all that a test of the whole way needs. */
export class Stage {
  readonly #cleanup = new Cleanup();
  #server: Server | undefined;
  #pages: PageServer | undefined;

  static async open(options: StageOptions = {}): Promise<Stage> {
    const stage = new Stage();
    try {
      if (options.inNamespace) stage.#cleanup.defer(await enterNamespace());
      const { inNamespace, scripts = sdkScripts, files, ...rest } = options;
      const host = inNamespace ? NAMESPACE_ADDRESS : '127.0.0.1';
      const server = await Server.start({ host, ...rest });
      stage.#cleanup.defer(() => server.stop());
      const pages = await startPageServer(scripts(server.httpUrl), files);
      stage.#cleanup.defer(() => pages.close());
      stage.#server = server;
      stage.#pages = pages;
      return stage;
    } catch (error) {
      await stage.#cleanup.run();
      throw error;
    }
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
    this.#cleanup.defer(() => browser.close());
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
    return this.#cleanup.run();
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
