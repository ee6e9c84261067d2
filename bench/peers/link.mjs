// The link emulator, in a process of its own so that nothing else of the benchmark delays its packets.
import { execFileSync } from 'node:child_process';
import { Relay } from '../link/relay.mjs';
import { serve } from './rpc.mjs';

/** @type {Relay} */
let relay;

try {
  // A browser that is busy decoding must not keep packets waiting here: real-time scheduling, which takes root.
  execFileSync('chrt', ['--fifo', '--pid', '1', String(process.pid)], { stdio: 'ignore' });
} catch {
  // Without it the emulator is as good as the machine is idle; `lateness` tells.
}

serve({
  async listen({ seed }) {
    relay = await Relay.listen(seed);
    return { port: relay.port };
  },
  serve: ({ port }) => relay.serve(port),
  open: ({ name, profile, target }) => relay.open(name, profile, target),
  change: ({ name, profile }) => relay.change(name, profile),
  begin: ({ name }) => relay.link(name).begin(),
  end: ({ name }) => relay.link(name).end(),
  report: ({ name }) => relay.link(name).report(),
  remove: ({ name }) => relay.remove(name),
  lateness: () => relay.lateness.report(),
});
