-- 0030 room: rows that are written with every message keep room for their next versions. Oldest code that runs on it: 0.1.

-- Each message writes the time of the last send into its device and the next number into the device's topic. In full
-- pages most new versions went to another page and into every index again, up to five pages of dead rows for one of
-- living. Pages filled from now on are half full; rows move there as they are written.
alter table device set (fillfactor = 50);
alter table event_topic set (fillfactor = 50);
