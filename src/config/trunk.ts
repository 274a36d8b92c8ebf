import { newTrunk } from '../directory/new.ts';
import type { Trunk } from '../directory/types.ts';
import type { Config } from './schema.ts';

/** The carriers of the configuration, as the directory knows them. This is where their passwords leave the veil. */
export function trunksOf(config: Pick<Config, 'trunks'>): readonly Trunk[] {
  return config.trunks.map(({ id, host, port, transport, sources, auth }) =>
    newTrunk({
      ...{ id, host, port, transport, sources },
      auth: auth === undefined ? undefined : { username: auth.username, password: auth.password.reveal() },
    }),
  );
}
