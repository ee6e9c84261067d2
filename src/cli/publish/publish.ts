import { ApiClient } from '../../client/index.js';
import { reasonOf } from '../../kit/index.js';
import type { PublishArguments } from './arguments.js';
import { prepare } from './prepare.js';
import { Publishing } from './publishing.js';

/**
 * Publishes a media file until it is over, or `stop` says so.
 * @param say takes one line
 * @returns whether all went well
 */
export async function publish(
  options: PublishArguments,
  stop: AbortSignal,
  say: (line: string) => void,
): Promise<boolean> {
  const tell = (line: string) => say(line.replace(/\p{Cc}/gu, '?'));
  let client: ApiClient | null = null;
  let publishing: Publishing | null = null;
  try {
    const plan = await prepare(options);
    client = new ApiClient(options);
    await client.connect({ ...options, clientVersion: 'sluice-publish' });
    publishing = await Publishing.create(client, options, plan, tell);
    await publishing.open();
    await publishing.play(stop);
    await publishing.leave();
    return true;
  } catch (error) {
    tell(`failed       ${reasonOf(error)}`);
    return false;
  } finally {
    await publishing?.close();
    client?.close();
  }
}
