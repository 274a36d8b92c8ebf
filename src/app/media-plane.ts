import type { Config } from '../config/schema.ts';
import { BypassPlane } from '../media/bypass/plane.ts';
import type { MediaPlane } from '../media/port.ts';
import { startRelay } from '../media/relay/plane.ts';
import type { Log } from '../telemetry/port.ts';
import { musicFile } from './sounds.ts';

/** The media plane that the configuration names. @throws Fault MEDIA_FAILED, or an Error, when it cannot start */
export async function startMedia(config: Pick<Config, 'media' | 'sip' | 'sounds'>, log: Log): Promise<MediaPlane> {
  const { media, sip } = config;
  if (media.plane === 'bypass') return new BypassPlane();
  const external = media.externalAddress ?? sip.external?.address;
  const relay = await startRelay({
    portRange: media.ports,
    ...(speaksIpv6(sip) ? { bindAddress: '::' } : {}),
    threads: media.threads,
    sockets: media.sockets,
    music: await musicFile(config, log),
    onNoMusic: (codec) => {
      log.info(
        { codec },
        'parties on hold hear no music in this codec: our sounds are in G.711, and nothing is transcoded',
      );
    },
    silenceTimeoutMs: media.silenceSeconds * 1000,
    ...(external === undefined ? {} : { externalAddress: external }),
    ...(sip.external === undefined ? {} : { localNetworks: sip.external.localNetworks }),
  });
  const { kind, why } = relay.sockets;
  if (kind === 'node' && media.sockets !== 'node') {
    log.warn(
      { why },
      'the relay uses sockets of Node, at twice the processor time: sockets of the system cannot be had',
    );
  }
  return relay;
}

/** A socket for both families costs a little more a packet, and a machine may have no IPv6 at all: only who asks gets it. */
function speaksIpv6(sip: Config['sip']): boolean {
  return sip.server === 'embedded' && sip.listen.some(({ address }) => address.includes(':'));
}
