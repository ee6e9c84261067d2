// Adds to a module a counter for each branch, which the fuzzer reads after each input. The counters are bytes of
// `globalThis.$coverage`, so that counting is one load and one store.
import { parse } from 'acorn';

/** @param {string} source an ES module @returns {string} the same with counters */
export function instrument(source) {
  const edits = new Edits();
  visit(parse(source, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true }), edits);
  const claim = `const $c=globalThis.$coverage?.claim(${edits.count})??new Uint8Array(${edits.count});`;
  const body = edits.apply(source);
  return body.startsWith('#!') ? body.replace('\n', `\n${claim}`) : claim + body;
}

/** Texts to put into a source; of those at one place the ends come first, the innermost in front. */
class Edits {
  count = 0;
  #starts = new Map();
  #ends = new Map();

  hit() {
    return `$c[${this.count++}]++`;
  }

  start(at, text) {
    this.#starts.set(at, (this.#starts.get(at) ?? '') + text);
  }

  end(at, text) {
    this.#ends.set(at, text + (this.#ends.get(at) ?? ''));
  }

  apply(source) {
    const places = [...new Set([...this.#starts.keys(), ...this.#ends.keys()])].sort((a, b) => a - b);
    let text = '';
    let done = 0;
    for (const at of places) {
      text += source.slice(done, at) + (this.#ends.get(at) ?? '') + (this.#starts.get(at) ?? '');
      done = at;
    }
    return text + source.slice(done);
  }
}

function visit(node, edits) {
  MARKERS[node.type]?.(node, edits);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child?.type === 'string') visit(child, edits);
    }
  }
}

function statement(node, edits) {
  if (node.type === 'BlockStatement') edits.start(node.start + 1, `${edits.hit()};`);
  else {
    edits.start(node.start, `{${edits.hit()};`);
    edits.end(node.end, '}');
  }
}

function expression(node, edits) {
  edits.start(node.start, `(${edits.hit()},`);
  edits.end(node.end, ')');
}

function functionBody({ body }, edits) {
  if (body.type === 'BlockStatement') statement(body, edits);
  // An object literal stands in parentheses, which are no part of the node.
  else if (body.type !== 'ObjectExpression') expression(body, edits);
}

const loop = ({ body }, edits) => statement(body, edits);

const MARKERS = {
  FunctionDeclaration: functionBody,
  FunctionExpression: functionBody,
  ArrowFunctionExpression: functionBody,
  IfStatement({ consequent, alternate, end }, edits) {
    // Behind the end of what is visited later.
    if (!alternate) edits.end(end, `else{${edits.hit()}}`);
    statement(consequent, edits);
    if (alternate) statement(alternate, edits);
  },
  ConditionalExpression({ consequent, alternate }, edits) {
    expression(consequent, edits);
    expression(alternate, edits);
  },
  LogicalExpression: ({ right }, edits) => expression(right, edits),
  SwitchCase({ consequent: [first] }, edits) {
    if (first) edits.start(first.start, `${edits.hit()};`);
  },
  CatchClause: loop,
  ForStatement: loop,
  ForInStatement: loop,
  ForOfStatement: loop,
  WhileStatement: loop,
  DoWhileStatement: loop,
};
