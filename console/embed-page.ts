import { embeddedName } from './embed-name.js';
import { show, watchStream } from './watch.js';

const name = embeddedName(window.location.pathname);
if (name === null)
  show('failed', 'This address names no stream', 'It should end with the name, URL-encoded.');
else watchStream(name, () => {});
