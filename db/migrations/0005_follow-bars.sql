-- By hand: keeps bar_series true to bars, whichever statement writes or deletes them.
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
