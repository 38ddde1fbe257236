-- From schema 4 to 5, but for the views and for the tables of `analysis.sql`: what detectors found.
DROP VIEW view_event;
DROP VIEW view_account;
DROP VIEW view_source;
DROP VIEW view_join;
DROP VIEW view_template;
DROP VIEW view_journal;
