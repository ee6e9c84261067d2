import { UdpSocket } from '../native/index.js';
import type { PortMuxOptions } from './port-mux-types.js';
import { TcpPort } from './tcp-port.js';
import type { TcpPortListener } from './tcp-port-types.js';

/** Binds UDP, and TCP where it is wanted, by itself on the same number. @throws BindFault */
export function bindBoth(
  options: PortMuxOptions,
  listener: TcpPortListener,
): { readonly socket: UdpSocket; readonly tcp: TcpPort | null } {
  const { arena, agenda, address } = options;
  // A number that the system has chosen for UDP may be taken for TCP.
  let triesLeft = options.port === 0 && options.tcp?.port === 0 ? 32 : 1;
  for (;;) {
    const socket = new UdpSocket(arena, options);
    try {
      if (!options.tcp) return { socket, tcp: null };
      const port = options.tcp.port === 0 ? socket.local.port : options.tcp.port;
      const tcp = new TcpPort({ ...options.tcp, arena, agenda, address, port }, listener);
      return { socket, tcp };
    } catch (fault) {
      socket.close();
      triesLeft -= 1;
      if (triesLeft === 0) throw fault;
    }
  }
}
