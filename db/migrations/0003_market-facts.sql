CREATE TABLE "corporate_actions" (
	"id" text NOT NULL,
	"receive_time" bigint NOT NULL,
	"symbol" text NOT NULL,
	"kind" text NOT NULL,
	"effective_time" bigint NOT NULL,
	"event_time" bigint NOT NULL,
	"source" text NOT NULL,
	"simulated" boolean NOT NULL,
	"action" text NOT NULL,
	CONSTRAINT "corporate_actions_id_receive_time_pk" PRIMARY KEY("id","receive_time")
);
--> statement-breakpoint
CREATE TABLE "fetched_ranges" (
	"symbol" text NOT NULL,
	"interval" text NOT NULL,
	"source" text NOT NULL,
	"from" bigint NOT NULL,
	"to" bigint NOT NULL,
	CONSTRAINT "fetched_ranges_symbol_interval_source_from_pk" PRIMARY KEY("symbol","interval","source","from")
);
--> statement-breakpoint
CREATE TABLE "instruments" (
	"symbol" text PRIMARY KEY NOT NULL,
	"instrument" text NOT NULL,
	"source" text NOT NULL,
	"added_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "macro_observations" (
	"series" text NOT NULL,
	"period" bigint NOT NULL,
	"event_time" bigint NOT NULL,
	"receive_time" bigint NOT NULL,
	"value" double precision NOT NULL,
	"source" text NOT NULL,
	"estimated_release" boolean NOT NULL,
	"simulated" boolean NOT NULL,
	CONSTRAINT "macro_observations_series_period_event_time_pk" PRIMARY KEY("series","period","event_time")
);
--> statement-breakpoint
CREATE TABLE "macro_series" (
	"id" text PRIMARY KEY NOT NULL,
	"series" text NOT NULL,
	"receive_time" bigint NOT NULL
);
--> statement-breakpoint
CREATE INDEX "corporate_actions_symbol_effective_time_index" ON "corporate_actions" USING btree ("symbol","effective_time");