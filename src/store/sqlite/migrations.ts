/**
 * The schema, as the steps that lead to it. Number n is the n-th of the list; a database
 * remembers in `user_version` how many it has had. A step that was ever released is never
 * changed: what it got wrong, a later step puts right.
 */
export const migrations: readonly string[] = [
  // 1: tenants and what is theirs. A reference carries the tenant along, so that none can cross from one to another;
  // it is checked at the end of the transaction, because a user and a number of one company may point at each other.
  `
  CREATE TABLE tenants (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    country TEXT NOT NULL
  ) STRICT;

  CREATE TABLE plans (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    name TEXT NOT NULL,
    prefix TEXT,
    steps TEXT NOT NULL,
    UNIQUE (id, tenant)
  ) STRICT;
  CREATE INDEX plans_of_tenant ON plans (tenant);

  CREATE TABLE company_numbers (
    number TEXT PRIMARY KEY,
    tenant TEXT NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    plan TEXT NOT NULL,
    UNIQUE (number, tenant),
    FOREIGN KEY (plan, tenant) REFERENCES plans (id, tenant) DEFERRABLE INITIALLY DEFERRED
  ) STRICT;
  CREATE INDEX company_numbers_of_tenant ON company_numbers (tenant, number);
  CREATE INDEX company_numbers_of_plan ON company_numbers (plan);

  CREATE TABLE users (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    name TEXT NOT NULL,
    extension TEXT NOT NULL,
    role TEXT NOT NULL,
    ring_targets TEXT NOT NULL,
    presented_number TEXT,
    UNIQUE (id, tenant),
    UNIQUE (tenant, extension),
    FOREIGN KEY (presented_number, tenant) REFERENCES company_numbers (number, tenant) DEFERRABLE INITIALLY DEFERRED
  ) STRICT;
  CREATE INDEX users_presenting ON users (presented_number);

  CREATE TABLE devices (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    user TEXT NOT NULL,
    kind TEXT NOT NULL,
    username TEXT NOT NULL UNIQUE,
    realm TEXT NOT NULL,
    md5 TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    FOREIGN KEY (user, tenant) REFERENCES users (id, tenant) DEFERRABLE INITIALLY DEFERRED
  ) STRICT;
  CREATE INDEX devices_of_user ON devices (user);
  `,

  // 2: where devices can be reached. No reference to devices: a binding ends by itself, and is written at every REGISTER.
  `
  CREATE TABLE bindings (
    device TEXT NOT NULL,
    key TEXT NOT NULL,
    contact TEXT NOT NULL,
    instance TEXT,
    flow TEXT NOT NULL,
    call_id TEXT NOT NULL,
    cseq INTEGER NOT NULL,
    user_agent TEXT,
    registered_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    UNIQUE (device, key)
  ) STRICT;
  CREATE INDEX bindings_by_expiry ON bindings (expires_at);
  `,

  // 3: call records. No references at all: they outlive whom they are about, and must never be refused.
  `
  CREATE TABLE call_records (
    call TEXT PRIMARY KEY,
    tenant TEXT,
    direction TEXT NOT NULL,
    caller TEXT NOT NULL,
    caller_user TEXT,
    dialled TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ringing_at INTEGER,
    answered_at INTEGER,
    ended_at INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    ended_by TEXT NOT NULL,
    fault TEXT,
    status INTEGER NOT NULL,
    legs TEXT NOT NULL,
    media TEXT
  ) STRICT;
  CREATE INDEX call_records_by_end ON call_records (ended_at);
  CREATE INDEX call_records_of_tenant ON call_records (tenant, ended_at);
  `,

  // 4: one row that a health check can write.
  `
  CREATE TABLE pulse (id INTEGER PRIMARY KEY CHECK (id = 1), beats INTEGER NOT NULL) STRICT;
  INSERT INTO pulse VALUES (1, 0);
  `,

  // 5: how reachable people want to be. Steps of plans rang users together, and nothing else, until now.
  `
  ALTER TABLE tenants ADD COLUMN time_zone TEXT NOT NULL DEFAULT 'Europe/Amsterdam';
  ALTER TABLE tenants ADD COLUMN language TEXT NOT NULL DEFAULT 'nl';
  ALTER TABLE tenants ADD COLUMN location_number TEXT;

  ALTER TABLE users ADD COLUMN personal_route TEXT NOT NULL DEFAULT '{"is":"normal"}';
  ALTER TABLE users ADD COLUMN mobile_number TEXT;
  ALTER TABLE users ADD COLUMN vamos_number TEXT;
  ALTER TABLE users ADD COLUMN anonymous INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE users ADD COLUMN presentable_numbers TEXT NOT NULL DEFAULT '[]';
  ALTER TABLE users ADD COLUMN bookmarks TEXT NOT NULL DEFAULT '[]';
  CREATE UNIQUE INDEX users_of_sim ON users (vamos_number) WHERE vamos_number IS NOT NULL;

  ALTER TABLE plans ADD COLUMN outside_sees TEXT NOT NULL DEFAULT 'caller';
  UPDATE plans SET steps = (
    SELECT coalesce(json_group_array(json_object(
      'do', 'ring',
      'who', json((SELECT coalesce(json_group_array(json_object('kind', 'user', 'user', member.value)), '[]')
        FROM json_each(step.value, '$.users') AS member)),
      'order', 'together',
      'seconds', json_extract(step.value, '$.seconds'),
      'waiting', 'ringback'
    )), '[]') FROM json_each(plans.steps) AS step
  );
  `,

  // 6: diversions, of which a group has at most one on, whoever writes; trunks; who may sign in; the audit trail; what
  // callers said. The trail and the messages have no references: they outlive whom they are about. A number that a user
  // presented already is one that the user may present.
  `
  CREATE TABLE diversions (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    plan TEXT NOT NULL,
    name TEXT NOT NULL,
    grp TEXT,
    position INTEGER NOT NULL,
    destination TEXT NOT NULL,
    is_on INTEGER NOT NULL CHECK (is_on IN (0, 1)),
    until INTEGER CHECK (until IS NULL OR is_on = 1),
    FOREIGN KEY (plan, tenant) REFERENCES plans (id, tenant) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
  ) STRICT;
  CREATE UNIQUE INDEX diversions_one_on ON diversions (plan, grp) WHERE is_on = 1 AND grp IS NOT NULL;
  CREATE INDEX diversions_of_plan ON diversions (plan, position, id);
  CREATE INDEX diversions_of_tenant ON diversions (tenant, plan, position, id);
  CREATE INDEX diversions_by_end ON diversions (until) WHERE until IS NOT NULL;

  CREATE TABLE trunks (
    id TEXT PRIMARY KEY,
    tenant TEXT REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    purpose TEXT NOT NULL,
    host TEXT NOT NULL,
    port INTEGER,
    transport TEXT NOT NULL,
    sources TEXT NOT NULL,
    auth TEXT,
    inbound TEXT,
    registers TEXT,
    priority INTEGER NOT NULL,
    format TEXT NOT NULL,
    country TEXT NOT NULL,
    channels INTEGER,
    check_seconds INTEGER
  ) STRICT;
  CREATE INDEX trunks_of_tenant ON trunks (tenant, priority, id);

  CREATE TABLE accounts (
    user TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    login TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    FOREIGN KEY (user, tenant) REFERENCES users (id, tenant) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
  ) STRICT;

  CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,
    user TEXT NOT NULL,
    tenant TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    agent TEXT,
    FOREIGN KEY (user, tenant) REFERENCES users (id, tenant) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
  ) STRICT;
  CREATE INDEX sessions_of_user ON sessions (user, opened_at);
  CREATE INDEX sessions_by_expiry ON sessions (expires_at);

  CREATE TABLE verifications (
    user TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    number TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    wrong_codes INTEGER NOT NULL,
    told_at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX verifications_by_expiry ON verifications (expires_at);

  CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    what TEXT NOT NULL
  ) STRICT;
  CREATE INDEX audit_of_tenant ON audit (tenant, id);

  CREATE TABLE voicemail_messages (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    user TEXT NOT NULL,
    call TEXT NOT NULL,
    caller TEXT,
    caller_name TEXT,
    at INTEGER NOT NULL,
    milliseconds INTEGER NOT NULL,
    file TEXT NOT NULL
  ) STRICT;
  CREATE INDEX voicemail_messages_of_user ON voicemail_messages (user, at);

  UPDATE users SET presentable_numbers = json_array(presented_number)
    WHERE presented_number IS NOT NULL AND presentable_numbers = '[]';
  `,

  // 7: when we answered a call ourselves, who answered in the end, and whom it passed through.
  `
  ALTER TABLE call_records ADD COLUMN attended_at INTEGER;
  ALTER TABLE call_records ADD COLUMN answered_by TEXT;
  ALTER TABLE call_records ADD COLUMN chain TEXT NOT NULL DEFAULT '[]';
  UPDATE call_records SET answered_by = 'party' WHERE outcome = 'answered';
  `,
];
