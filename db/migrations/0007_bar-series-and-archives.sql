CREATE TABLE "bar_archives" (
	"symbol" text NOT NULL,
	"interval" text NOT NULL,
	"source" text NOT NULL,
	"month" text NOT NULL,
	"generation" integer NOT NULL,
	"simulated" boolean NOT NULL,
	"bars" integer NOT NULL,
	"from" bigint NOT NULL,
	"to" bigint NOT NULL,
	CONSTRAINT "bar_archives_symbol_interval_source_month_pk" PRIMARY KEY("symbol","interval","source","month")
);
--> statement-breakpoint
CREATE TABLE "bar_series" (
	"symbol" text NOT NULL,
	"interval" text NOT NULL,
	"source" text NOT NULL,
	"simulated" boolean NOT NULL,
	"bars" integer NOT NULL,
	"from" bigint NOT NULL,
	"to" bigint NOT NULL,
	CONSTRAINT "bar_series_symbol_interval_source_pk" PRIMARY KEY("symbol","interval","source")
);
