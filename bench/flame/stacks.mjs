// What perf saw of a media process, sorted by what the time goes into.

/**
 * @typedef {object} Part
 * @property {string} name
 * @property {string} colour
 */

/** @typedef {{ symbol: string, library: string }} Frame */

/** Each sample belongs to one of these. @type {Record<string, Part>} */
export const parts = {
  send: { name: 'kernel: sending', colour: '#e08b6d' },
  loopback: { name: 'kernel: receiving end of loopback', colour: '#eab08f' },
  receive: { name: 'kernel: receiving', colour: '#d9a441' },
  wait: { name: 'kernel: waiting', colour: '#e3c27a' },
  kernel: { name: 'kernel: else', colour: '#c9b79c' },
  cipher: { name: 'OpenSSL', colour: '#7fb069' },
  crossing: { name: 'from JavaScript to C', colour: '#9a8fc7' },
  script: { name: 'JavaScript', colour: '#6a9fc9' },
  runtime: { name: 'Node.js and V8', colour: '#8fc1c9' },
  library: { name: 'C library', colour: '#b5b5b5' },
};

const cipherSymbol =
  /^(EVP|evp|CRYPTO|OPENSSL|OSSL|ossl|ERR|SSL|BIO|HMAC|RAND|gcm|generic_aes|aes|_aes|sha)[_a-z0-9]/i;
const crossingSymbol = /^(napi_|v8impl|Builtins_(CallApiCallback|HandleApiCall|Call_|CallFunction))/;
const enters = /FunctionCallbackWrapper|CallApiCallback/;
const waits = /^_*(x64_sys_)?(poll|do_sys_poll|clock_nanosleep|hrtimer_nanosleep|usleep)/;
/** Called by OpenSSL, which looks up each parameter by its name. */
const comparesNames = /strcmp/;
/** Frames below the loop's, which every stack has. */
const loop = /^JS:\S*turns? .*media-process/;
/** How the kernel or C is entered, the same in every stack of a part. */
const entry = /^(entry_SYSCALL|do_syscall|_+(x64_)?_*sys_|net_rx_action|asm_|v8impl::.*Invoke)/;

/**
 * Reads `perf script -F ip,sym,dso`.
 *
 * @param {string} text
 * @returns {Frame[][]} innermost frame first
 */
export function readSamples(text) {
  const blocks = text.split(/\n\s*\n/).map((block) => block.split('\n').map(readFrame));
  return blocks.map((frames) => frames.filter((frame) => frame !== null)).filter(({ length }) => length > 0);
}

function readFrame(line) {
  const [, symbol, path] = /^\s*[0-9a-f]+ (.*) \((.*)\)\s*$/.exec(line) ?? [];
  return symbol === undefined ? null : { symbol, library: path.split('/').at(-1) };
}

const isKernel = ({ library }) => library.startsWith('[kernel') || library.startsWith('[vdso');
const isScript = ({ symbol }) => symbol.startsWith('JS:');

/**
 * @param {Frame[]} frames
 * @returns {string} key of `parts`
 */
export function partOf(frames) {
  const [leaf] = frames;
  const within = (pattern) => frames.some(({ symbol }) => pattern.test(symbol));
  if (isKernel(leaf)) {
    if (within(/sendmmsg/)) return within(/net_rx_action/) ? 'loopback' : 'send';
    if (within(/recvmmsg/)) return 'receive';
    return within(waits) ? 'wait' : 'kernel';
  }
  if (isScript(leaf)) return 'script';
  if (leaf.library === 'koffi.node' || crossingSymbol.test(leaf.symbol)) return 'crossing';
  if (cipherSymbol.test(leaf.symbol) || comparesNames.test(leaf.symbol)) return 'cipher';
  if (leaf.library.startsWith('libc')) return within(waits) ? 'wait' : 'library';
  return within(enters) ? 'crossing' : 'runtime';
}

/**
 * The frames to show above the part. Stacks end where code keeps no frame pointer, so those of the kernel begin where it
 * is entered, those of OpenSSL and the like where they are called, and those of JavaScript with the loop.
 *
 * @param {Frame[]} frames
 * @returns {string[]} outermost first
 */
export function pathOf(frames) {
  const outward = [...frames].reverse();
  const part = partOf(frames);
  if (part === 'script') {
    const scripts = outward.filter(isScript);
    return scripts.slice(scripts.findLastIndex(({ symbol }) => loop.test(symbol)) + 1).map(nameOf);
  }
  const inKernel = isKernel(frames[0]);
  const ends = (frame) => isKernel(frame) !== inKernel || isScript(frame) || frame.symbol === '[unknown]';
  const from = outward.findLastIndex((frame, index) => index < outward.length - 1 && ends(frame));
  const own = outward.slice(from + 1);
  return own.slice(own.findLastIndex(({ symbol }) => entry.test(symbol)) + 1).map(nameOf);
}

/** `JS:*onRtp file:///…/dist/media/publisher.js:104:10` is `onRtp media/publisher`. */
function nameOf({ symbol, library }) {
  const [, name, file] = /^JS:[*~^]?(\S*) (?:file:.*\/dist\/)?(.*?)(?:\.js)?:\d+:\d+$/.exec(symbol) ?? [];
  if (file !== undefined) return `${name || 'anonymous'} ${file}`;
  return symbol === '[unknown]'
    ? library
    : symbol.replace(/\(.*$/, '').replace(/\.(isra|part|constprop)\..*$/, '');
}

/**
 * @typedef {{ name: string, part: string, count: number, children: Map<string, Node> }} Node
 */

/**
 * @param {Frame[][]} samples
 * @returns {Node} one child a part
 */
export function treeOf(samples) {
  const root = node('media process', '');
  for (const frames of samples) {
    const part = partOf(frames);
    let at = grow(root, parts[part].name, part);
    for (const name of pathOf(frames)) at = grow(at, name, part);
    root.count++;
  }
  return root;
}

const node = (name, part) => ({ name, part, count: 0, children: new Map() });

function grow(parent, name, part) {
  const child = parent.children.get(name) ?? node(name, part);
  parent.children.set(name, child);
  child.count++;
  return child;
}
