-- What is known of a file that people send: a message takes it from here, and no longer from what a browser says.
alter table media
    add column seconds integer not null default 0,
    add column waveform bytea,                -- of a voice note: 64 steps, 0 to 100
    add column thumbnail bytea;               -- a tiny JPEG of a picture or film
