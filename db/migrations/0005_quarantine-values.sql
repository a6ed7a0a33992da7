ALTER TABLE "quarantine" ADD COLUMN "bar" text;--> statement-breakpoint
ALTER TABLE "quarantine" ADD COLUMN "repair" text;--> statement-breakpoint
ALTER TABLE "quarantine" ADD COLUMN "settled_as" text;--> statement-breakpoint
ALTER TABLE "quarantine" ADD COLUMN "rule" text;--> statement-breakpoint
ALTER TABLE "quarantine" ADD COLUMN "settled_time" bigint;