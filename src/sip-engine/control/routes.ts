/** Which connection wants which verb. A verb that one asks for twice counts once; whoever asks takes turns. */
export class Routes<Connection> {
  readonly #byVerb = new Map<string, { readonly connections: Set<Connection>; turn: number }>();

  /** @param verb a SIP method in lower case, or `cdr:start` and its like */
  add(verb: string, connection: Connection): void {
    const route = this.#byVerb.get(verb) ?? { connections: new Set(), turn: 0 };
    route.connections.add(connection);
    this.#byVerb.set(verb, route);
  }

  /** Of that verb only (drachtio-server drops all of the connection's verbs). */
  remove(verb: string, connection: Connection): void {
    const route = this.#byVerb.get(verb);
    route?.connections.delete(connection);
    if (route?.connections.size === 0) this.#byVerb.delete(verb);
  }

  removeAll(connection: Connection): void {
    for (const verb of [...this.#byVerb.keys()]) this.remove(verb, connection);
  }

  /** @param wanted who else is passed over */
  next(verb: string, wanted: (connection: Connection) => boolean = anybody): Connection | undefined {
    const route = this.#byVerb.get(verb);
    if (route === undefined) return undefined;
    const connections = [...route.connections];
    for (let step = 1; step <= connections.length; step++) {
      const turn = (route.turn + step) % connections.length;
      const connection = connections[turn];
      if (connection === undefined || !wanted(connection)) continue;
      route.turn = turn;
      return connection;
    }
    return undefined;
  }

  verbs(): string[] {
    return [...this.#byVerb.keys()];
  }
}

function anybody(): boolean {
  return true;
}
