import type { Config } from '../config/schema.ts';
import { newTrunk } from '../directory/new.ts';
import type { Trunk } from '../directory/types.ts';
import { hashCredentials } from '../signalling/digest/credentials.ts';

type TrunkSettings = Config['trunks'][number];

/** The trunks of the configuration, as the directory knows them. This is where their passwords leave the veil. */
export function configuredTrunks(config: {
  readonly trunks: Config['trunks'];
  readonly sip: Pick<Config['sip'], 'realm'>;
  readonly calls: Pick<Config['calls'], 'trunkCountry'>;
}): readonly Trunk[] {
  return config.trunks.map(({ auth, inbound, country, ...plain }) =>
    newTrunk({
      ...plain,
      tenant: plain.tenant,
      port: plain.port,
      registers: plain.registers,
      channels: plain.channels,
      checkSeconds: plain.checkSeconds,
      auth: auth && { username: auth.username, password: auth.password.reveal() },
      inbound: inboundOf(inbound, config.sip.realm),
      country: country ?? config.calls.trunkCountry,
    }),
  );
}

function inboundOf(inbound: TrunkSettings['inbound'], realm: string): Trunk['inbound'] {
  if (inbound === undefined) return undefined;
  const { username, password } = inbound;
  return { username, credentials: hashCredentials(username, realm, password.reveal()) };
}
