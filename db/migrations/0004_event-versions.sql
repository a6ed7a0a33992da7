ALTER TABLE "economic_events" DROP CONSTRAINT "economic_events_pkey";--> statement-breakpoint
ALTER TABLE "economic_events" ADD COLUMN "version" integer;--> statement-breakpoint
ALTER TABLE "economic_events" ADD COLUMN "known_time" bigint;--> statement-breakpoint
ALTER TABLE "economic_events" ADD COLUMN "receive_time" bigint;--> statement-breakpoint
-- When rows of before were received was not kept: an outcome no earlier than its release.
UPDATE "economic_events" SET "version" = 1, "known_time" = "announced_time",
  "receive_time" = CASE WHEN "actual" IS NULL THEN "announced_time" ELSE "event_time" END;--> statement-breakpoint
ALTER TABLE "economic_events" ALTER COLUMN "version" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "economic_events" ALTER COLUMN "known_time" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "economic_events" ALTER COLUMN "receive_time" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "economic_events" ADD CONSTRAINT "economic_events_id_version_pk" PRIMARY KEY("id","version");
