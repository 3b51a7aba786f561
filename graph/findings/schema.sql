CREATE TABLE IF NOT EXISTS reports (
    iri TEXT PRIMARY KEY, world TEXT NOT NULL, focus TEXT NOT NULL, sequence INTEGER NOT NULL, gone INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS findings (
    id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, report TEXT NOT NULL, world TEXT NOT NULL, focus TEXT NOT NULL,
    rule TEXT NOT NULL, family TEXT NOT NULL, severity TEXT NOT NULL, class TEXT NOT NULL, opened TEXT NOT NULL,
    opened_sequence INTEGER NOT NULL, cleared TEXT, cleared_sequence INTEGER, data TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS findings_opened ON findings (world, opened DESC, iri);
CREATE INDEX IF NOT EXISTS findings_focus ON findings (world, focus);
CREATE INDEX IF NOT EXISTS findings_report ON findings (report);
CREATE INDEX IF NOT EXISTS findings_open ON findings (world, severity, focus) WHERE cleared IS NULL;
CREATE INDEX IF NOT EXISTS findings_rule ON findings (world, rule, opened DESC);
CREATE TABLE IF NOT EXISTS links (
    report TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, value, report)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS links_report ON links (report);
CREATE TABLE IF NOT EXISTS transitions (
    sequence INTEGER NOT NULL, finding TEXT NOT NULL, opened INTEGER NOT NULL, world TEXT NOT NULL, rule TEXT NOT NULL,
    severity TEXT NOT NULL, class TEXT NOT NULL, version TEXT NOT NULL, time TEXT NOT NULL,
    PRIMARY KEY (sequence, finding)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS transitions_time ON transitions (world, time);
CREATE INDEX IF NOT EXISTS transitions_finding ON transitions (finding, sequence);
CREATE TABLE IF NOT EXISTS notes (
    iri TEXT NOT NULL, source TEXT NOT NULL, audience TEXT NOT NULL, finding TEXT NOT NULL, actor TEXT, text TEXT NOT NULL,
    language TEXT, time TEXT, PRIMARY KEY (iri, source, finding)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS notes_finding ON notes (finding);
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
