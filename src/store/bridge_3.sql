-- Lets a case of schema 1 to 3 that may not be written be read like a current one: nothing was
-- written of ranges of time, no view has a name, and there are no templates.
CREATE TEMP TABLE time_note (
  time_note_id INTEGER PRIMARY KEY, start_us, end_us, text, at_us, actor, removed
);
CREATE TEMP TABLE saved_view (
  saved_view_id INTEGER PRIMARY KEY, name, text, state, rows, accounts, at_us, actor, removed
);
CREATE TEMP TABLE setting (name PRIMARY KEY, value);
CREATE TEMP TABLE template_run (
  template_run_id INTEGER PRIMARY KEY, version, parameters, at_us, up_to, events, prompts,
  in_templates, left_out
);
CREATE TEMP TABLE template (
  template INTEGER PRIMARY KEY, text, events, accounts, first_seen_us, last_seen_us
);
CREATE TEMP TABLE template_piece (
  template, position, fixed, distinct_values, is_estimate, examples
);
CREATE TEMP TABLE template_chunk (template_chunk_id INTEGER PRIMARY KEY, data);
