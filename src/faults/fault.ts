import { type Blame, catalogue, type FaultCode } from './catalogue.ts';

/** One named way in which something could not be done. `message` tells its reader what to do next. */
export class Fault extends Error {
  override readonly name = 'Fault';

  constructor(
    readonly code: FaultCode,
    detail?: string,
    cause?: unknown,
  ) {
    super(detail ?? code, { cause });
  }

  get sip(): number {
    return catalogue[this.code].sip;
  }

  get http(): number {
    return catalogue[this.code].http;
  }

  get blame(): Blame {
    return catalogue[this.code].blame;
  }

  /** The only place where an unknown throw becomes a protocol answer. */
  static from(thrown: unknown): Fault {
    if (thrown instanceof Fault) return thrown;
    return new Fault('INTERNAL', thrown instanceof Error ? thrown.message : String(thrown), thrown);
  }
}
