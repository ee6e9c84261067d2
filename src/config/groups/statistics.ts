import { oneOf, onOff, wholeNumber } from '../kinds.js';
import { group, setting } from '../setting.js';

const access = ['guarded', 'open'] as const;

export const statistics = group(
  {
    title: 'Statistics',
    description: 'The statistics page of the WCS API, `/?action=stat`. See docs/monitoring.md.',
  },
  {
    access: setting(
      oneOf(access, 'WHO'),
      'guarded',
      'Who may read `/?action=stat`: those who may administer the server, or everybody, as with WCS.',
    ),
  },
);

export const metrics = group(
  { title: 'Metrics', description: 'Figures for Prometheus, at `/metrics`. See docs/monitoring.md.' },
  {
    enabled: setting(onOff(), true, 'Whether there is a `/metrics`.'),
    access: setting(
      oneOf(access, 'WHO'),
      'guarded',
      'Who may read `/metrics`: those who may administer the server, or everybody.',
    ),
    perStream: setting(
      wholeNumber(0, 1000),
      0,
      'Of so many streams, those that have been published longest, `/metrics` has figures under their names; 0 for none. Every name is kept by Prometheus as time series of its own.',
    ),
  },
);
