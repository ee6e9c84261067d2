import type { Config } from '../../config/index.js';
import type { Logger } from '../../kit/index.js';
import type { SignalingExtension } from '../../signaling/index.js';
import type { Gate, Session, StreamService } from '../../streams/index.js';
import { type Connection, type JsonObject, SessionStatus, StreamInfo } from '../../wire/index.js';
import { Backend, type BackendStatistics, type HookCall } from './backend.js';
import { hookMessage } from './messages.js';
import { SessionHooks } from './session-hooks.js';
import { askAbout, StreamKeepAlive, statusObject } from './streams.js';

export type { BackendStatistics, HookCall } from './backend.js';

/** Applications and their backends (WCS spec G.3): who may connect, who may do what, and who is told of it. */
export interface Hooks {
  readonly gate: Gate;
  readonly extension: SignalingExtension;
  /** From now on backends hear what happens to streams. */
  listen(streams: StreamService): void;
  /** From now on a listener hears of each call that is over. */
  observe(listener: (call: HookCall) => void): void;
  statistics(): readonly BackendStatistics[];
  /** Gives what is still to be told a moment, then ends it. */
  close(): Promise<void>;
}

/** How long backends have to hear the last things, ms. */
const farewell = 700;
const longestLogin = 256;

export function createHooks({ hooks: settings }: Pick<Config, 'hooks'>, log: Logger): Hooks {
  const applications = new Map(Object.entries(settings.applications));
  const backends = new Map<string, Backend>();
  let onCall: (call: HookCall) => void = () => {};
  for (const [appKey, application] of applications) {
    if (!settings.enabled || application.url === '') continue;
    backends.set(appKey, new Backend(appKey, application, settings, log, (call) => onCall(call)));
  }
  const sessions = new WeakMap<Session, SessionHooks>();
  const keepAlive = new StreamKeepAlive(settings.streamKeepAliveInterval);
  const open = new Set<Promise<unknown>>();
  const follow = (work: Promise<unknown>) => {
    open.add(work);
    void work.finally(() => open.delete(work));
  };

  const admit = async (session: Session, request: Connection) => {
    const { appKey } = session.identity;
    const application = applications.get(appKey);
    if (!application) {
      log.info(
        { session: session.id, appKey: appKey.slice(0, 256) },
        'appKey is not among hooks.applications',
      );
      return { refused: StreamInfo.RESTRICTED_ACCESS };
    }
    const backend = backends.get(appKey);
    if (!backend) return { refused: null };
    const hooks = new SessionHooks(session, backend, application, settings);
    const answer = await hooks.connect(connectionObject(session, request));
    if (typeof answer === 'string') return { refused: answer };
    sessions.set(session, hooks);
    const { custom, login } = answer;
    if (isObject(custom)) session.identity = { ...session.identity, custom };
    return typeof login === 'string'
      ? { refused: null, login: login.slice(0, longestLogin) }
      : { refused: null };
  };

  const tellOfConnection = (session: Session, status: string) => {
    const hooks = sessions.get(session);
    if (hooks) follow(hooks.event('ConnectionStatusEvent', { status, custom: session.identity.custom }));
  };

  return {
    gate: {
      check: async (session, action) => {
        const hooks = sessions.get(session);
        return hooks ? askAbout(action, hooks) : null;
      },
    },
    extension: {
      handlers: {},
      ...(applications.size === 0 ? {} : { admit }),
      before: (message, client) => {
        const hooks = sessions.get(client.session);
        return hooks ? hookMessage(message, client, hooks) : null;
      },
      onEstablished: (client) => {
        const hooks = sessions.get(client.session);
        if (hooks) hooks.client = client;
        tellOfConnection(client.session, SessionStatus.ESTABLISHED);
      },
      onEnd: ({ session }) => tellOfConnection(session, SessionStatus.DISCONNECTED),
    },
    listen: (streams) => {
      streams.on('status', (mediaSession) => {
        const hooks = sessions.get(mediaSession.session);
        if (!hooks) return;
        follow(hooks.event('StreamStatusEvent', statusObject(mediaSession)));
        const { appKey } = mediaSession.session.identity;
        if (settings.keepStreamsAlive && settings.streamKeepAliveAppKeys.includes(appKey))
          keepAlive.update(mediaSession, hooks);
      });
    },
    observe: (listener) => {
      onCall = listener;
    },
    statistics: () => [...backends.values()].map(({ statistics }) => statistics),
    close: async () => {
      keepAlive.close();
      let timer: NodeJS.Timeout | undefined;
      const enough = new Promise((resolve) => {
        timer = setTimeout(resolve, farewell);
      });
      await Promise.race([Promise.all([...open]), enough]);
      clearTimeout(timer);
      await Promise.all([...backends.values()].map((backend) => backend.close()));
    },
  };
}

/** What the client says of itself, but for the token that it wants to come back with. */
function connectionObject(session: Session, { authToken: _, ...request }: Connection): JsonObject {
  const { custom, remoteAddress } = session.identity;
  return { ...request, custom, remoteAddress };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
