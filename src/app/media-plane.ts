import type { Config } from '../config/schema.ts';
import { BypassPlane } from '../media/bypass/plane.ts';
import type { MediaPlane } from '../media/port.ts';
import { startRelay } from '../media/relay/plane.ts';

/** The media plane that the configuration names. @throws Fault MEDIA_FAILED when it cannot start */
export async function startMedia({ media, sip }: Pick<Config, 'media' | 'sip'>): Promise<MediaPlane> {
  if (media.plane === 'bypass') return new BypassPlane();
  const external = media.externalAddress ?? sip.external?.address;
  return startRelay({
    portRange: media.ports,
    threads: media.threads,
    silenceTimeoutMs: media.silenceSeconds * 1000,
    ...(external === undefined ? {} : { externalAddress: external }),
    ...(sip.external === undefined ? {} : { localNetworks: sip.external.localNetworks }),
  });
}
