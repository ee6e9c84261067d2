import type { Client } from '../../signaling/index.js';
import type { Session } from '../../streams/index.js';
import { encode, type JsonObject, StreamInfo } from '../../wire/index.js';
import type { Answer, Application, Backend, HookMethod, HookSettings } from './backend.js';
import { type MethodPolicy, Policies, without } from './policies.js';

/** What a direct call came to: refused with a reason; or what the answer sets otherwise, nothing as a rule. */
export type Outcome =
  | { readonly refused: string }
  | { readonly refused: null; readonly overwritten: JsonObject };

type Message = JsonObject | Promise<JsonObject>;

const busy = 10;
const agreed: Outcome = { refused: null, overwritten: {} };

/** The calls about one client, one after another, so that its backend hears everything in order. */
export class SessionHooks {
  private policies: Policies;
  private tail: Promise<unknown> = Promise.resolve();
  private length = 0;
  /** Once it is established. */
  client: Client | null = null;

  constructor(
    readonly session: Session,
    private readonly backend: Backend,
    private readonly application: Application,
    private readonly settings: HookSettings,
  ) {
    this.policies = new Policies(undefined, application.onError);
  }

  /** More waits than a client that is well has about it: what comes in any number is left out now. */
  get isBusy(): boolean {
    return this.length >= busy;
  }

  /**
   * Asks whether the client may connect: nothing but 200 lets it in.
   * @returns the answer, or why it may not
   */
  async connect(message: JsonObject): Promise<JsonObject | string> {
    const answer = await this.call('connect', message);
    if (!answer.ok) return refusalOf(answer);
    this.policies = new Policies(answer.body.restClientConfig, this.application.onError);
    this.session.hiddenFields = this.policies.of('StreamStatusEvent').clientExclude;
    return answer.body;
  }

  /** Asks about something that the client wants to do (WCS spec G.3, direct methods). */
  async ask(method: HookMethod, message: JsonObject): Promise<Outcome> {
    const policy = this.policyOf(method);
    if (!policy) return agreed;
    const answer = await this.call(method, without(message, policy.restExclude));
    if (answer.ok) return { refused: null, overwritten: overwritten(answer.body, policy) };
    return policy.restOnError === 'FAIL' ? { refused: refusalOf(answer) } : agreed;
  }

  /**
   * Tells of something that has happened (WCS spec G.3, events).
   * @param message what is not known yet is waited for, in its turn; it never rejects
   * @returns the error, if there was one and errors are to FAIL
   */
  async tell(method: HookMethod, message: Message): Promise<Answer | null> {
    const policy = this.policyOf(method);
    if (!policy) return null;
    const shown = async () => without(await message, policy.restExclude);
    const answer = await this.call(method, shown());
    return answer.ok || policy.restOnError === 'LOG' ? null : answer;
  }

  /** Tells, and the client hears of an error that is to FAIL as `ErrorEvent`. */
  async event(method: HookMethod, message: Message): Promise<void> {
    const error = await this.tell(method, message);
    // What it sends back holds the event's own info, as a rule.
    if (error && !error.ok)
      this.sendError(`${method}: ${standardInfo(error.status)}`, (await message).mediaSessionId);
  }

  sendError(info: string, id: unknown): void {
    const about = typeof id === 'string' ? { id } : {};
    this.client?.send(encode.fail({ apiMethod: 'ErrorEvent', ...about, status: 'FAILED', info }));
  }

  private policyOf(method: HookMethod): MethodPolicy | null {
    if (!this.application.methods.includes(method)) return null;
    const policy = this.policies.of(method);
    return policy.restPolicy === 'DISABLE' ? null : policy;
  }

  /** All have the same time from now on, so the turn of each comes before its own is over. */
  private call(method: string, message: Message): Promise<Answer> {
    const { nodeId, timeout, maxQueuePerSession } = this.settings;
    if (this.length >= maxQueuePerSession)
      return Promise.resolve(this.backend.refuse(method, 'too many calls about this client wait'));
    this.length += 1;
    const { id: sessionId, identity } = this.session;
    const about = { nodeId, appKey: identity.appKey, sessionId };
    const deadline = performance.now() + timeout;
    const answer = this.tail.then(async () =>
      this.backend.call(method, { ...(await message), ...about }, deadline),
    );
    this.tail = answer.then(() => {
      this.length -= 1;
    });
    return answer;
  }
}

/** What a client is told of a call that failed. */
function refusalOf(answer: Answer): string {
  return answer.ok ? '' : (answer.info ?? standardInfo(answer.status));
}

/** A backend that is not there, or broken, has refused nothing. */
function standardInfo(status: number | null): string {
  return status !== null && status < 500 ? StreamInfo.RESTRICTED_ACCESS : StreamInfo.FAILED_BY_ERROR;
}

function overwritten(body: JsonObject, { restPolicy, restOverwrite }: MethodPolicy): JsonObject {
  if (restPolicy !== 'OVERWRITE') return {};
  return Object.fromEntries(Object.entries(body).filter(([name]) => restOverwrite.has(name)));
}
