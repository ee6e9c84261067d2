import { embedderList, networkList } from '../admin-kinds.js';
import { group, setting } from '../setting.js';

export const web = group(
  {
    title: 'Web',
    description: 'The web server: what stands before it, and whose pages may show its player.',
  },
  {
    trustedProxies: setting(
      networkList(),
      [],
      'Addresses and networks of proxies in front of Sluice whose X-Forwarded-For is believed, for the log and the limits of failed attempts.',
      'none',
    ),
    embedFrom: setting(
      embedderList(),
      ['*'],
      'Origins of the pages that may show /embed/NAME, the player without anything around it; * means every page, an empty list only those of this server. Browsers keep to it; who may play is up to access.',
      'every page',
    ),
  },
);
