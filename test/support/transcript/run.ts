import { differences } from './compare.js';
import { direct } from './directions.js';
import { fillIn, received } from './placeholders.js';
import type { Json, Receive, Send, Step, Transcript } from './transcript.js';
import { describeMessage, World } from './world.js';

/**
 * Plays a transcript against a real signalling server. At its end nobody may have got anything else, and once everybody
 * has gone no media may be left open.
 * @throws Error with the line, what it expects and what came
 */
export async function runTranscript({ settings, steps }: Transcript): Promise<void> {
  const world = await World.start(settings);
  for (const step of steps) await explained(step, () => perform(world, step));
  const end = { line: steps.at(-1)?.line ?? 0, text: 'the end' };
  await explained(end, async () => {
    for (const actor of world.everybody) await world.nothingFor(actor);
    for (const actor of world.everybody) await world.leave(actor, 'vanishes');
    const open = world.plane.endpoints.filter(({ closed }) => closed === 0);
    if (open.length > 0) throw new Error(`${open.length} media endpoints are left open`);
  });
}

async function explained(
  { line, text }: Pick<Step, 'line' | 'text'>,
  act: () => Promise<void>,
): Promise<void> {
  try {
    await act();
  } catch (error) {
    throw new Error(`line ${line}: ${text}\n${error instanceof Error ? error.message : error}`);
  }
}

async function perform(world: World, step: Step): Promise<void> {
  switch (step.kind) {
    case 'send':
      return send(world, step);
    case 'send frame':
      return world.actor(step.client).send(step.frame);
    case 'receive':
      return receive(world, step);
    case 'direction':
      return direct(world, step.direction);
  }
}

function send(world: World, { client, message, data }: Send): void {
  const actor = world.actor(client);
  const filled = fillIn(data, world) as readonly Json[];
  const { mediaSessionId, sdp } = (filled[0] ?? {}) as { mediaSessionId?: Json; sdp?: Json };
  if (typeof sdp === 'string') actor.offers.set(String(mediaSessionId), sdp);
  actor.send(JSON.stringify({ message, data: filled }));
}

async function receive(world: World, { client, message, data }: Receive): Promise<void> {
  const actor = world.actor(client);
  const came = await actor.next();
  const problems =
    came.message === message
      ? differences(data, came.data, received(actor, came.data, world))
      : [`expected ${message}, came ${came.message}`];
  if (problems.length > 0) throw new Error([...problems, `what came: ${describeMessage(came)}`].join('\n'));
}
