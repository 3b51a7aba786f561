CREATE TABLE IF NOT EXISTS stale (unit TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS journal (
    came INTEGER NOT NULL, subject TEXT NOT NULL, predicate TEXT NOT NULL, object TEXT NOT NULL,
    PRIMARY KEY (subject, predicate, object, came)) WITHOUT ROWID;
-- The data are long: as a part of a key they would make every look-up climb a tall tree.
CREATE TABLE IF NOT EXISTS judged (unit TEXT NOT NULL, focus TEXT NOT NULL, data TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS judged_unit ON judged (unit, focus);
CREATE INDEX IF NOT EXISTS judged_focus ON judged (focus);
CREATE TABLE IF NOT EXISTS dirty (focus TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
