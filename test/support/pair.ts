import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { SdkPage } from './browser/sdk-page.js';
import type { Browser } from './browser/tab.js';
import { Stage, type StageOptions, showServerOnFailure } from './stage.js';

/** What tests of one browser with itself work on. */
export interface Pair {
  readonly stage: Stage;
  readonly browser: Browser;
  /** Pages with a session each, new for every test. */
  readonly publisher: SdkPage;
  readonly player: SdkPage;
}

/** Sets up a stage with one browser for the tests of the surrounding `describe`, and two pages for each of them. */
export function usePair(launch: (stage: Stage) => Promise<Browser>, options: StageOptions = {}): Pair {
  const pair: { -readonly [Part in keyof Pair]?: Pair[Part] } = {};

  beforeAll(async () => {
    pair.stage = await Stage.open(options);
    pair.browser = await launch(pair.stage);
  });

  afterAll(() => pair.stage?.close());

  beforeEach(async () => {
    pair.publisher = await pair.stage!.connect(pair.browser!);
    pair.player = await pair.stage!.connect(pair.browser!);
  });

  afterEach(() => Promise.all([pair.publisher?.close(), pair.player?.close()]));

  showServerOnFailure(() => pair.stage?.server);
  // Complete before the first test runs.
  return pair as Pair;
}
