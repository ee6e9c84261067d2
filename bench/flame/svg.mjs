// A flame graph as an SVG that needs nothing else: no script, no style sheet, no font of its own.
import { parts } from './stacks.mjs';

const width = 1200;
const row = 20;
const margin = 12;
const header = 64;
/** Of a letter at this size, on the average: names are cut to what fits. */
const fontSize = 12;
const letter = 7.2;
/** What is narrower than this is left out. */
const least = 2;
const deepest = 12;

/**
 * @param {import('./stacks.mjs').Node} root
 * @param {string} title
 * @param {string} note second line
 * @param {number} cost µs a packet, of all
 * @returns {string}
 */
export function flameGraph(root, title, note, cost) {
  const scale = (width - 2 * margin) / root.count;
  const boxes = [];
  let rows = 1;
  const place = (node, x, depth) => {
    const size = node.count * scale;
    if (size < least || depth > deepest) return;
    rows = Math.max(rows, depth + 1);
    boxes.push({ node, x, size, depth });
    let at = x;
    for (const child of sorted(node, depth)) {
      place(child, at, depth + 1);
      at += child.count * scale;
    }
  };
  place(root, margin, 0);
  const height = header + rows * row + margin;
  const bottom = height - margin - row;
  const share = (node) => node.count / root.count;
  const drawn = boxes.map(({ node, x, size, depth }) => {
    const label = `${node.name}: ${(share(node) * 100).toFixed(1)} %, ${(share(node) * cost).toFixed(2)} µs`;
    return box(x, bottom - depth * row, size, parts[node.part]?.colour ?? '#d8d8d8', node.name, label);
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="${fontSize}">
<title>${escaped(title)}</title>
<rect width="${width}" height="${height}" fill="#fff"/>
<text x="${margin}" y="26" font-size="18">${escaped(title)}</text>
<text x="${margin}" y="48" fill="#555">${escaped(note)}</text>
${drawn.join('\n')}
</svg>
`;
}

/** Parts in their own order, so that two pictures compare; what is in them by its name, as stacks are sorted. */
function sorted({ children }, depth) {
  const all = [...children.values()];
  const order = Object.keys(parts);
  if (depth === 0) return all.sort((a, b) => order.indexOf(a.part) - order.indexOf(b.part));
  return all.sort((a, b) => b.count - a.count);
}

function box(x, y, size, colour, name, label) {
  const fits = Math.floor((size - 6) / letter);
  const text = name.length <= fits ? name : `${name.slice(0, fits - 1)}…`;
  const rect = `<rect x="${x.toFixed(1)}" y="${y}" width="${Math.max(1, size - 0.6).toFixed(1)}" height="${row - 1}" rx="2" fill="${colour}"/>`;
  const words = fits >= 3 ? `<text x="${(x + 4).toFixed(1)}" y="${y + 14}">${escaped(text)}</text>` : '';
  return `<g><title>${escaped(label)}</title>${rect}${words}</g>`;
}

const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
