import type {
  Egress,
  EgressOutput,
  EgressSource,
  OutputEvent,
  OutputListener,
  OutputRequest,
} from '../../src/egress/index.js';
import { EgressUnavailable } from '../../src/egress/index.js';
import type { MediaEndpoint } from '../../src/streams/index.js';

/** One output that a fake egress was asked for. */
export class FakeOutput implements EgressOutput {
  closed = 0;

  constructor(
    readonly endpoint: MediaEndpoint,
    readonly request: OutputRequest,
    private readonly listener: OutputListener,
  ) {}

  says(event: OutputEvent): void {
    this.listener.onEvent(event);
  }

  /** It is gone by itself. */
  ends(): void {
    this.listener.onClosed();
  }

  close(): void {
    this.closed += 1;
    this.listener.onClosed();
  }
}

/** An egress process under the test's control. */
export class FakeEgress implements Pick<Egress, 'open'> {
  readonly outputs: FakeOutput[] = [];
  /** Why nothing can be made; null while it can. */
  refusal: string | null = null;
  /** How many outputs there is room for. */
  room = Number.POSITIVE_INFINITY;
  /** While set, opening waits. */
  gate: Promise<void> = Promise.resolve();

  async open(
    { endpoint }: EgressSource,
    request: OutputRequest,
    listener: OutputListener,
  ): Promise<EgressOutput> {
    await this.gate;
    if (this.refusal !== null) throw new EgressUnavailable(this.refusal);
    if (this.outputs.filter(({ closed }) => closed === 0).length >= this.room)
      throw new EgressUnavailable('No available transcoders');
    const output = new FakeOutput(endpoint, request, listener);
    this.outputs.push(output);
    return output;
  }

  /** The newest one of this kind. @throws Error when there is none */
  last(kind: OutputRequest['kind'], endpoint?: MediaEndpoint): FakeOutput {
    const found = this.outputs.findLast(
      (output) => output.request.kind === kind && (endpoint === undefined || output.endpoint === endpoint),
    );
    if (!found) throw new Error(`nothing is made into ${kind}`);
    return found;
  }
}
