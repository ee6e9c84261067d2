import { type Setting, settings } from './settings.js';

const width = 100;

/** The text of `--help`. */
export function helpText(version: string): string {
  const lines = [
    `Sluice ${version}, an open WebRTC streaming server that speaks the Web Call Server API`,
    '',
    'Usage: sluice [serve] [--name value | --name=value]…',
    '       sluice check-config [--name value | --name=value]…',
    '       sluice publish FILE --name STREAM [--loop] [--url URL] [--token TOKEN] …',
    '       sluice probe STREAM [--url URL] [--token TOKEN] [--seconds N] [--quick] [--json] …',
    '',
    'serve, which may be left out, runs the server. check-config checks the settings and prints them.',
    'publish and probe are clients of a server: one publishes a media file, the other watches a stream',
    'and tells how it comes.',
    '',
    '  --config PATH',
    '      YAML or JSON file with settings, under the names in square brackets below.',
    '  -h, --help',
    '      Print this text.',
    '  -v, --version',
    '      Print the version.',
  ];
  for (const [{ title }, members] of grouped()) {
    lines.push('', title);
    for (const { flag, kind, key, description, defaultText } of members) {
      lines.push(`  ${flag} ${kind.word}  [${key}]`);
      lines.push(...wrap(description, '      '));
      if (!kind.allowed.startsWith('a path')) lines.push(...wrap(`${sentence(kind.allowed)}.`, '      '));
      lines.push(...wrap(`Default: ${defaultText}`, '      '));
    }
  }
  lines.push(
    '',
    'A list is given with commas or by repeating its flag.',
    'Each flag has an environment variable: --ws-port is SLUICE_WS_PORT, --config is SLUICE_CONFIG.',
    'Flags come before the environment, the environment before the file, the file before the defaults.',
    '',
  );
  return lines.join('\n');
}

/** The reference of every setting as Markdown sections, one table a group. */
export function configurationReference(): string {
  const parts: string[] = [];
  for (const [{ title, description }, members] of grouped()) {
    parts.push(`## ${title}`, '', description, '');
    parts.push('| Setting | Default | What it sets |', '| --- | --- | --- |');
    for (const { key, flag, variable, kind, description: text, defaultText } of members) {
      const names = `\`${key}\`<br>\`${flag}\`<br>\`${variable}\``;
      const fallback = defaultText === '' ? 'none' : defaultText;
      parts.push(`| ${names} | ${cell(fallback)} | ${cell(text)} ${cell(sentence(kind.allowed))}. |`);
    }
    parts.push('');
  }
  return parts.join('\n');
}

function grouped(): Map<Setting['group'], Setting[]> {
  const groups = new Map<Setting['group'], Setting[]>();
  for (const setting of settings) {
    const members = groups.get(setting.group);
    if (members) members.push(setting);
    else groups.set(setting.group, [setting]);
  }
  return groups;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}

function wrap(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    if (line.length > indent.length && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent;
    }
    line += line.length > indent.length ? ` ${word}` : word;
  }
  return [...lines, line];
}
