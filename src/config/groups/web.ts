import { networkList } from '../admin-kinds.js';
import { group, setting } from '../setting.js';

export const web = group(
  { title: 'Web', description: 'The web server: what stands before it.' },
  {
    trustedProxies: setting(
      networkList(),
      [],
      'Addresses and networks of proxies in front of Sluice whose X-Forwarded-For is believed, for the log and the limits of failed attempts.',
      'none',
    ),
  },
);
