import { closeSync, openSync, readdirSync } from 'node:fs';
import koffi from 'koffi';
import { isAlive } from './processes.js';
import { run, runOrFail } from './program.js';

const CLONE_NEWNET = 0x40000000;
const NAMESPACES = '/run/netns';
const PREFIX = 'sluice-test-';

/** The address inside the namespace that the server announces. */
export const NAMESPACE_ADDRESS = '10.99.0.1';
/** The same of IPv6. */
export const NAMESPACE_ADDRESS_6 = 'fd99::1';

/**
 * Moves this thread into a new network namespace, and with it every socket it opens and every program it starts from
 * then on: the server, page servers, browsers and their debug sockets need no wrapping. Firefox gathers no ICE
 * candidates without an interface other than loopback and a default route, so the namespace has a veth pair (both
 * ends inside, so that parallel runs cannot collide) with 10.99.0.1/24, fd99::1/64 and default routes.
 *
 * Needs root. The caller must call the returned function when everything it started has ended.
 */
export async function enterNamespace(): Promise<() => Promise<void>> {
  if (process.getuid?.() !== 0) throw new Error('tests in Firefox need root: they make a network namespace');
  await removeAbandoned();
  const name = `${PREFIX}${process.pid}`;
  await runOrFail('ip', ['netns', 'add', name]);
  const inside = (...args: string[]) => runOrFail('ip', ['-n', name, ...args]);
  await inside('link', 'set', 'lo', 'up');
  await inside('link', 'add', 'media0', 'type', 'veth', 'peer', 'name', 'media1');
  await inside('addr', 'add', `${NAMESPACE_ADDRESS}/24`, 'dev', 'media0');
  // At once, without looking for somebody else who has it.
  await inside('addr', 'add', `${NAMESPACE_ADDRESS_6}/64`, 'dev', 'media0', 'nodad');
  await inside('link', 'set', 'media0', 'up');
  await inside('link', 'set', 'media1', 'up');
  await inside('route', 'add', 'default', 'via', '10.99.0.2', 'dev', 'media0');
  await inside('-6', 'route', 'add', 'default', 'via', 'fd99::2', 'dev', 'media0');

  const home = openSync('/proc/thread-self/ns/net', 'r');
  const namespace = openSync(`${NAMESPACES}/${name}`, 'r');
  setNamespace(namespace);
  closeSync(namespace);
  return async () => {
    setNamespace(home);
    closeSync(home);
    await runOrFail('ip', ['netns', 'delete', name]);
  };
}

/** setns(2) moves only the calling thread; Node opens sockets and forks on it, so all that follows moves along. */
function setNamespace(descriptor: number): void {
  const setns = koffi.load('libc.so.6').func('int setns(int fd, int nstype)');
  if (setns(descriptor, CLONE_NEWNET) !== 0) throw new Error(`setns failed: errno ${koffi.errno()}`);
}

/** Removes the namespaces of earlier runs that were killed before they could, unless another file is just doing it. */
async function removeAbandoned(): Promise<void> {
  for (const name of listNamespaces()) {
    const pid = Number(name.slice(PREFIX.length));
    if (name.startsWith(PREFIX) && !isAlive(pid)) await run('ip', ['netns', 'delete', name]);
  }
}

function listNamespaces(): string[] {
  try {
    return readdirSync(NAMESPACES);
  } catch {
    return [];
  }
}
