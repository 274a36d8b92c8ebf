import type { DiversionId, UserId } from '../../src/directory/types.ts';
import { Fault } from '../../src/faults/fault.ts';
import { openSqlite } from '../../src/store/sqlite/open.ts';

/** Puts on the diversions that are named, in turn, and so often; another process does the same with others. */
const [file = ':memory:', times = '1', ...ids] = process.argv.slice(2);
const store = await openSqlite({ file });
for (let turn = 0; turn < Number(times); turn++) {
  const id = ids[turn % ids.length] as DiversionId;
  const flip = (): Promise<unknown> =>
    store.settings
      .switchDiversion(id, { on: true, until: undefined }, { kind: 'user', user: 'anna' as UserId }, turn)
      // The other one may hold the file for longer than anybody is to wait: that is said, and tried again.
      .catch((thrown: unknown) => {
        if (!(thrown instanceof Fault) || !thrown.message.includes('is locked')) throw thrown;
        return flip();
      });
  await flip();
}
await store.close();
