// Writes the documentation that comes from code: docs/configuration.md. `npm run docs` builds first.
import { writeFileSync } from 'node:fs';
import { configurationReference } from '../dist/config/index.js';

const page = `# Configuration

Every setting has one name in a file, one flag and one environment variable. Flags come before the environment, the
environment before the file (\`--config PATH\` or \`SLUICE_CONFIG\`, YAML or JSON), the file before the defaults. Unknown
names are refused in all of them. A list is given with commas, or by repeating its flag.

\`\`\`yaml
# sluice.yaml
announce: ['203.0.113.7:40000']
mediaPort: 40000
codecs:
  video: [VP8, H264]
\`\`\`

Made from the schema by \`npm run docs\`.

${configurationReference()}`;

writeFileSync(new URL('../docs/configuration.md', import.meta.url), `${page.trimEnd()}\n`);
