-- Figures without names, and what stands beside: another system's busy times, calendars of practitioners.

-- By which way a booking came: site | desk | paper. NULL: booked before this was kept; the site where no employee made it.
ALTER TABLE appointment ADD COLUMN channel {text};
CREATE INDEX appointment_created ON appointment (created_at);
