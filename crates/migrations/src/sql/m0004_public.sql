-- What the site tells of branches, practitioners and services. Empty where a catalogue does not say.
ALTER TABLE branch ADD COLUMN way_ru {text} NOT NULL DEFAULT '';  -- how to get there
ALTER TABLE branch ADD COLUMN way_en {text} NOT NULL DEFAULT '';
ALTER TABLE branch ADD COLUMN email {text} NOT NULL DEFAULT '';

ALTER TABLE resource ADD COLUMN education_ru {text} NOT NULL DEFAULT '';  -- of a practitioner, a line each
ALTER TABLE resource ADD COLUMN education_en {text} NOT NULL DEFAULT '';
ALTER TABLE resource ADD COLUMN practising_since integer;  -- the year in which practice began

ALTER TABLE service ADD COLUMN about_ru {text} NOT NULL DEFAULT '';
ALTER TABLE service ADD COLUMN about_en {text} NOT NULL DEFAULT '';
