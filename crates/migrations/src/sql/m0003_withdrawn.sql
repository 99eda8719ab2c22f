-- What a later catalogue no longer has stays where appointments name it: shown with them, offered to nobody.
ALTER TABLE branch ADD COLUMN withdrawn boolean NOT NULL DEFAULT false;
ALTER TABLE resource ADD COLUMN withdrawn boolean NOT NULL DEFAULT false;
ALTER TABLE service ADD COLUMN withdrawn boolean NOT NULL DEFAULT false;

-- A hold is extended so long and no longer: counted from here, microseconds since 1970.
ALTER TABLE hold ADD COLUMN created_at bigint NOT NULL DEFAULT 0;

-- What is due, in order, whatever its state.
CREATE INDEX job_run_at ON job (run_at);
