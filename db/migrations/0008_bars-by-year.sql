-- By hand. Bars lie in partitions by year: what is asked for most, the newest, stays small. The default partition takes
-- whatever no year covers, so that an odd date never fails to be written.
ALTER TABLE bars RENAME CONSTRAINT bars_symbol_interval_source_open_time_version_pk TO bars_whole_pk;
--> statement-breakpoint
ALTER TABLE bars RENAME TO bars_whole;
--> statement-breakpoint
CREATE TABLE bars (
  LIKE bars_whole,
  CONSTRAINT bars_symbol_interval_source_open_time_version_pk PRIMARY KEY (symbol, "interval", source, open_time, version)
) PARTITION BY RANGE (open_time);
--> statement-breakpoint
CREATE TABLE bars_default PARTITION OF bars DEFAULT;
--> statement-breakpoint
CREATE TABLE bars_before_2010 PARTITION OF bars FOR VALUES FROM (MINVALUE) TO (1262304000000);
--> statement-breakpoint
-- Called at every start and every night. Readers and writers go on meanwhile; rows that came before their year had its
-- partition are moved into it; replicas take turns.
CREATE FUNCTION create_bar_years(last_year integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  first_ms bigint;
  end_ms bigint;
  name text;
BEGIN
  FOR year IN 2010..last_year LOOP
    name := 'bars_' || year;
    CONTINUE WHEN to_regclass(name) IS NOT NULL;
    LOCK TABLE bars IN SHARE UPDATE EXCLUSIVE MODE;
    CONTINUE WHEN to_regclass(name) IS NOT NULL;
    first_ms := extract(epoch FROM make_timestamptz(year, 1, 1, 0, 0, 0, 'UTC')) * 1000;
    end_ms := extract(epoch FROM make_timestamptz(year + 1, 1, 1, 0, 0, 0, 'UTC')) * 1000;
    EXECUTE format('CREATE TABLE %I (LIKE bars INCLUDING INDEXES)', name);
    LOCK TABLE bars_default IN ACCESS EXCLUSIVE MODE;
    EXECUTE format('WITH moved AS (DELETE FROM bars_default WHERE open_time >= %s AND open_time < %s RETURNING *)
      INSERT INTO %I SELECT * FROM moved', first_ms, end_ms, name);
    EXECUTE format('ALTER TABLE bars ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', name, first_ms, end_ms);
  END LOOP;
END $$;
--> statement-breakpoint
SELECT create_bar_years(extract(year FROM now() AT TIME ZONE 'UTC')::integer + 1);
--> statement-breakpoint
INSERT INTO bars SELECT * FROM bars_whole;
--> statement-breakpoint
DROP TABLE bars_whole;
--> statement-breakpoint
-- Keeps bar_series true to bars, whichever statement writes or deletes them.
CREATE FUNCTION follow_new_bars() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO bar_series AS held (symbol, "interval", source, simulated, bars, "from", "to")
  SELECT symbol, "interval", source, bool_or(simulated), count(*) FILTER (WHERE version = 1), min(open_time), max(close_time)
  FROM changed GROUP BY symbol, "interval", source ORDER BY symbol, "interval", source
  ON CONFLICT (symbol, "interval", source) DO UPDATE SET
    simulated = held.simulated OR excluded.simulated, bars = held.bars + excluded.bars,
    "from" = least(held."from", excluded."from"), "to" = greatest(held."to", excluded."to");
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION follow_deleted_bars() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE bar_series AS held SET
    bars = held.bars - gone.bars,
    "from" = coalesce((SELECT min(open_time) FROM bars AS b
      WHERE b.symbol = held.symbol AND b."interval" = held."interval" AND b.source = held.source), held."from"),
    "to" = coalesce((SELECT max(close_time) FROM bars AS b
      WHERE b.symbol = held.symbol AND b."interval" = held."interval" AND b.source = held.source
        AND b.open_time = (SELECT max(open_time) FROM bars AS c
          WHERE c.symbol = held.symbol AND c."interval" = held."interval" AND c.source = held.source)), held."to")
  FROM (SELECT symbol, "interval", source, count(*) FILTER (WHERE version = 1) AS bars
    FROM changed GROUP BY symbol, "interval", source) AS gone
  WHERE held.symbol = gone.symbol AND held."interval" = gone."interval" AND held.source = gone.source;
  DELETE FROM bar_series WHERE bars <= 0;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER bars_written AFTER INSERT ON bars
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION follow_new_bars();
--> statement-breakpoint
CREATE TRIGGER bars_deleted AFTER DELETE ON bars
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION follow_deleted_bars();
--> statement-breakpoint
INSERT INTO bar_series
SELECT symbol, "interval", source, bool_or(simulated), count(*) FILTER (WHERE version = 1), min(open_time), max(close_time)
FROM bars GROUP BY symbol, "interval", source;
