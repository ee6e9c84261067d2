import { afterAll, beforeAll } from 'vitest';
import type { SdkPage } from './browser/sdk-page.js';
import type { Browser } from './browser/tab.js';
import { Stage, type StageOptions, showServerOnFailure } from './stage.js';

/** A page that publishes and one that plays, of any browsers, with a session each. */
export interface Pages {
  readonly publisher: SdkPage;
  readonly player: SdkPage;
}

/** Opens a stage for the tests of the surrounding `describe`, or of the file. @returns the stage, once it is open */
export function useStage(options: StageOptions): () => Stage {
  let stage: Stage | undefined;

  beforeAll(async () => {
    stage = await Stage.open(options);
  });

  afterAll(() => stage?.close());

  showServerOnFailure(() => stage?.server);
  return () => stage!;
}

/** Opens two pages, which are closed whatever comes of `use`. @param player its browser; the publisher's when left out */
export async function withPages(
  stage: Stage,
  publisher: Browser,
  use: (pages: Pages) => Promise<void>,
  player = publisher,
): Promise<void> {
  const opened = await Promise.allSettled([stage.connect(publisher), stage.connect(player)]);
  const pages = opened.flatMap((page) => (page.status === 'fulfilled' ? [page.value] : []));
  try {
    for (const page of opened) if (page.status === 'rejected') throw page.reason;
    await use({ publisher: pages[0]!, player: pages[1]! });
  } finally {
    await Promise.all(pages.map((page) => page.close()));
  }
}
