import type { Health } from '../../src/plugins/live/messages.js';
import { Icon } from './icons.js';

const words: Readonly<Record<Health, string>> = {
  good: 'Good',
  notice: 'Worth a look',
  warning: 'Needs attention',
};

/** How a stream is, in a word, or the title of what is amiss with it. */
export function HealthBadge({
  health,
  finding,
}: {
  readonly health: Health;
  readonly finding: string | null;
}) {
  return (
    <span class="health" data-health={health} title={finding ?? undefined}>
      <Icon name={health} />
      <span class="health-text">{finding ?? words[health]}</span>
    </span>
  );
}
