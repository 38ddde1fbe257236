-- What people start from; made anew when an older case becomes a current one.

CREATE VIEW view_event AS SELECT
  e.event_id,
  strftime('%Y-%m-%dT%H:%M:%S', e.at_us / 1000000, 'unixepoch')
    || CASE WHEN e.at_us % 1000 THEN printf('.%06d', e.at_us % 1000000)
            WHEN e.at_us % 1000000 THEN printf('.%03d', e.at_us % 1000000 / 1000)
            ELSE '' END || 'Z' AS timestamp,
  e.at_us,
  k.granularity,
  CASE typeof(e.request_id) WHEN 'blob' THEN
    CASE length(e.request_id) WHEN 16 THEN lower(
      substr(hex(e.request_id), 1, 8) || '-' || substr(hex(e.request_id), 9, 4) || '-' ||
      substr(hex(e.request_id), 13, 4) || '-' || substr(hex(e.request_id), 17, 4) || '-' ||
      substr(hex(e.request_id), 21))
    ELSE lower(substr(hex(e.request_id), 3)) END
  ELSE e.request_id END AS request_id,
  a.account_id, c.org_id, c.user_id, c.api_key_id,
  CASE typeof(s.session_id) WHEN 'blob' THEN
    CASE length(s.session_id) WHEN 16 THEN lower(
      substr(hex(s.session_id), 1, 8) || '-' || substr(hex(s.session_id), 9, 4) || '-' ||
      substr(hex(s.session_id), 13, 4) || '-' || substr(hex(s.session_id), 17, 4) || '-' ||
      substr(hex(s.session_id), 21))
    ELSE lower(substr(hex(s.session_id), 3)) END
  ELSE s.session_id END AS session_id,
  k.pathway, k.endpoint, k.model, k.status, k.stop_reason, k.error,
  e.input_tokens, e.output_tokens, e.cached_tokens, e.reasoning_tokens,
  e.latency_ms, k.max_tokens, k.temperature,
  o.client_ip, o.asn, o.country, o.region, o.user_agent, o.device_id,
  k.tools, e.cost, k.system_hash, k.time_quality, k.time_precision,
  (SELECT path FROM source WHERE first_event <= e.event_id
   ORDER BY first_event DESC LIMIT 1) AS source,
  e.line, e.byte_offset, e.requests, k.interval_s,
  CASE WHEN j.kind = 'repeat' THEN j.primary_event END AS repeat_of,
  CASE WHEN j.kind <> 'repeat' THEN j.primary_event END AS joined_to,
  CAST(NULLIF(NULLIF(substr(t.data, (e.event_id - 1) % 2036 * 4 + 1, 4), x'2D2D2D2D'), x'')
    AS INTEGER) AS template
FROM event AS e
  CROSS JOIN caller AS c ON c.caller = e.caller
  CROSS JOIN account AS a ON a.account = c.account
  CROSS JOIN origin AS o ON o.origin = e.origin
  CROSS JOIN call AS k ON k.call = e.call
  LEFT JOIN session AS s ON s.session = e.session
  LEFT JOIN join_pair AS j ON j.secondary_event = e.event_id AND j.state = 'accepted'
  LEFT JOIN template_chunk AS t ON t.template_chunk_id = (e.event_id - 1) / 2036;

-- Tokens and times are those of exchanges and activities; usage buckets, which count the same
-- calls again, stand apart. Rows that stand in for no call of their own are left out.
CREATE VIEW view_account AS SELECT
  a.account_id,
  count(*) AS events,
  sum(k.granularity = 'exchange') AS exchanges,
  sum(k.granularity = 'activity') AS activities,
  sum(k.granularity = 'bucket') AS buckets,
  sum(e.requests) AS bucket_requests,
  sum(e.input_tokens) FILTER (WHERE k.granularity <> 'bucket') AS input_tokens,
  sum(e.output_tokens) FILTER (WHERE k.granularity <> 'bucket') AS output_tokens,
  sum(e.input_tokens) FILTER (WHERE k.granularity = 'bucket') AS bucket_input_tokens,
  sum(e.output_tokens) FILTER (WHERE k.granularity = 'bucket') AS bucket_output_tokens,
  strftime('%Y-%m-%dT%H:%M:%SZ', min(e.at_us) / 1000000, 'unixepoch') AS first_seen,
  strftime('%Y-%m-%dT%H:%M:%SZ', max(e.at_us) / 1000000, 'unixepoch') AS last_seen,
  v.verdict, v.confidence, v.reason,
  (SELECT group_concat(tag, ', ') FROM tag WHERE tag.account_id = a.account_id) AS tags,
  (SELECT count(*) FROM note WHERE note.account_id = a.account_id AND NOT removed) AS notes
FROM event AS e
  CROSS JOIN caller AS c ON c.caller = e.caller
  CROSS JOIN account AS a ON a.account = c.account
  CROSS JOIN call AS k ON k.call = e.call
  LEFT JOIN verdict AS v ON v.account_id = a.account_id
  LEFT JOIN join_pair AS j ON j.secondary_event = e.event_id AND j.state = 'accepted'
WHERE j.secondary_event IS NULL
GROUP BY a.account;

CREATE VIEW view_source AS SELECT
  source_id, path, format, compression, bytes, unpacked_bytes, sha256, events, exchanges,
  activities, buckets, rejects, repeats, request_ids,
  strftime('%Y-%m-%dT%H:%M:%SZ', first_seen_us / 1000000, 'unixepoch') AS first_seen,
  strftime('%Y-%m-%dT%H:%M:%SZ', last_seen_us / 1000000, 'unixepoch') AS last_seen,
  strftime('%Y-%m-%dT%H:%M:%SZ', imported_at_us / 1000000, 'unixepoch') AS imported_at,
  timezone, confidence, problem, raw_kept
FROM source;

-- Pairs of rows that describe one call, and where both stand.
CREATE VIEW view_join AS SELECT
  j.secondary_event, j.primary_event, j.kind, j.basis, j.state,
  (SELECT path FROM source WHERE first_event <= j.secondary_event
   ORDER BY first_event DESC LIMIT 1) AS secondary_source,
  (SELECT line FROM event WHERE event_id = j.secondary_event) AS secondary_line,
  (SELECT path FROM source WHERE first_event <= j.primary_event
   ORDER BY first_event DESC LIMIT 1) AS primary_source,
  (SELECT line FROM event WHERE event_id = j.primary_event) AS primary_line
FROM join_pair AS j;

-- Templates, counted over exchanges as the window does. view_event says by number which template
-- the prompt in an event's own record follows, 0 for none; of an exchange whose prompt is in a
-- record that is joined with it, the row with joined_to has it.
CREATE VIEW view_template AS SELECT
  template, text, events, accounts,
  strftime('%Y-%m-%dT%H:%M:%SZ', first_seen_us / 1000000, 'unixepoch') AS first_seen,
  strftime('%Y-%m-%dT%H:%M:%SZ', last_seen_us / 1000000, 'unixepoch') AS last_seen,
  (SELECT count(*) FROM template_piece AS p
   WHERE p.template = template.template AND p.fixed IS NULL) AS slots
FROM template;

CREATE VIEW view_journal AS SELECT
  journal_id, strftime('%Y-%m-%dT%H:%M:%SZ', at_us / 1000000, 'unixepoch') AS at,
  actor, action, target, detail, hash
FROM journal;
