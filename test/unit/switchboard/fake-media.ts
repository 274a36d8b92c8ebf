import { Fault } from '../../../src/faults/fault.ts';
import { ok, type Result } from '../../../src/kernel/result.ts';
import type {
  AnsweringEndpoint,
  EndpointSpec,
  MediaEvent,
  MediaPlane,
  MediaReport,
  OfferingEndpoint,
} from '../../../src/media/port.ts';

const report: MediaReport = {
  codec: 'PCMA/8000',
  packetsReceived: 1,
  bytesReceived: 160,
  packetsSent: 2,
  bytesSent: 320,
  packetsLost: 0,
  jitterMs: 0,
  packetsRejected: 0,
};

type Step = 'answering' | 'offering' | 'accept' | 'bridge' | 'answer';

/** A media plane that does nothing, and fails or waits where a test says so. */
export class FakeMedia {
  readonly opened: string[] = [];
  readonly closed: string[] = [];
  readonly failing = new Set<Step>();
  readonly throwing = new Set<Step>();
  /** A step waits for this before it goes on. */
  readonly gates = new Map<Step, Promise<void>>();
  #events: ((event: MediaEvent) => void)[] = [];

  readonly plane: MediaPlane = {
    name: 'fake',
    can: { transcode: false, record: false, play: false },
    answering: (spec) => this.#step('answering', () => this.#answering(spec)),
    offering: (spec) => this.#step('offering', () => this.#offering(spec)),
    bridge: () => this.#step('bridge', () => undefined),
    load: () => ({ endpoints: 0, portsUsed: 0, portsFree: 0 }),
    close: () => Promise.resolve(),
  };

  /** From the caller's endpoint, or from the callee's. */
  emit(from: 0 | 1, event: MediaEvent): void {
    this.#events[from]?.(event);
  }

  #answering({ onEvent }: EndpointSpec): AnsweringEndpoint {
    return {
      role: 'answering',
      ...this.#endpoint('caller', onEvent),
      answer: () => this.#step('answer', () => 'answer'),
      attend: () => Promise.resolve(ok('attended')),
    };
  }

  #offering({ onEvent }: EndpointSpec): OfferingEndpoint {
    return {
      role: 'offering',
      ...this.#endpoint('callee', onEvent),
      offer: (via) => `offer via ${via}`,
      accept: () => this.#step('accept', () => undefined),
    };
  }

  #endpoint(id: string, onEvent: (event: MediaEvent) => void): Omit<OfferingEndpoint, 'role' | 'offer' | 'accept'> {
    this.opened.push(id);
    this.#events.push(onEvent);
    return {
      id,
      renegotiate: (offer) => Promise.resolve(ok(`${id} answers ${offer}`)),
      play: () => Promise.resolve(ok()),
      silence: () => Promise.resolve(),
      record: () => Promise.resolve(ok()),
      finishRecording: () => Promise.resolve(),
      report: () => Promise.resolve(report),
      close: () => {
        this.closed.push(id);
        return Promise.resolve(report);
      },
    };
  }

  async #step<Value>(step: Step, done: () => Value): Promise<Result<Value, Fault>> {
    await this.gates.get(step);
    if (this.throwing.has(step)) throw new Error(`${step} broke`);
    if (this.failing.has(step)) return { ok: false, error: new Fault('NO_COMMON_CODEC', `${step} failed`) };
    return { ok: true, value: done() };
  }
}

/** What is waiting runs; nothing here takes longer. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
}
