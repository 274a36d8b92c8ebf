import type { MediaPlane } from '../media/port.ts';
import type { Store } from '../store/port.ts';
import type { Readiness as Part } from '../telemetry/http.ts';

/** Whether every part that a call needs works now. */
export class Readiness {
  #sip = false;

  constructor(
    private readonly store: Store,
    private readonly media: MediaPlane,
  ) {}

  sipConnected(connected: boolean): void {
    this.#sip = connected;
  }

  async parts(): Promise<readonly Part[]> {
    return [this.#sipPart(), this.#mediaPart(), await this.#storePart()];
  }

  #sipPart(): Part {
    return { name: 'sip', ok: this.#sip, detail: this.#sip ? 'connected' : 'no connection with the SIP server' };
  }

  #mediaPart(): Part {
    const { portsUsed, portsFree } = this.media.load();
    const spent = portsUsed > 0 && portsFree === 0;
    return {
      name: 'media',
      ok: !spent,
      detail: spent ? 'every port is in use: widen media.ports' : `${String(portsFree)} ports free`,
    };
  }

  async #storePart(): Promise<Part> {
    try {
      await this.store.healthy();
      return { name: 'store', ok: true, detail: 'reads and writes' };
    } catch (thrown) {
      return { name: 'store', ok: false, detail: thrown instanceof Error ? thrown.message : String(thrown) };
    }
  }
}
