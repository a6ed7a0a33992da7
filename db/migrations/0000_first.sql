CREATE TABLE "bars" (
	"symbol" text NOT NULL,
	"interval" text NOT NULL,
	"source" text NOT NULL,
	"open_time" bigint NOT NULL,
	"version" integer NOT NULL,
	"close_time" bigint NOT NULL,
	"open" double precision NOT NULL,
	"high" double precision NOT NULL,
	"low" double precision NOT NULL,
	"close" double precision NOT NULL,
	"volume" double precision NOT NULL,
	"receive_time" bigint NOT NULL,
	"backfilled" boolean NOT NULL,
	"simulated" boolean NOT NULL,
	CONSTRAINT "bars_symbol_interval_source_open_time_version_pk" PRIMARY KEY("symbol","interval","source","open_time","version")
);
--> statement-breakpoint
CREATE TABLE "quarantine" (
	"symbol" text NOT NULL,
	"interval" text NOT NULL,
	"source" text NOT NULL,
	"at" text NOT NULL,
	"flag" text NOT NULL,
	"row" integer,
	"reason" text NOT NULL,
	"receive_time" bigint NOT NULL,
	CONSTRAINT "quarantine_symbol_interval_source_at_flag_pk" PRIMARY KEY("symbol","interval","source","at","flag")
);
--> statement-breakpoint
CREATE TABLE "cycles" (
	"id" text PRIMARY KEY NOT NULL,
	"account" text NOT NULL,
	"journal_sequence" integer NOT NULL,
	"slot" bigint NOT NULL,
	"started_at" bigint NOT NULL,
	"record" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "decisions" (
	"id" text PRIMARY KEY NOT NULL,
	"account" text NOT NULL,
	"journal_sequence" integer NOT NULL,
	"symbol" text NOT NULL,
	"interval" text NOT NULL,
	"as_of" bigint NOT NULL,
	"known_at" bigint NOT NULL,
	"direction" text NOT NULL,
	"conviction" double precision NOT NULL,
	"outcome" text NOT NULL,
	"origin" text NOT NULL,
	"cycle_id" text,
	"simulated" boolean NOT NULL,
	"hash" text NOT NULL,
	"record" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "economic_events" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"currency" text NOT NULL,
	"impact" text NOT NULL,
	"event_time" bigint NOT NULL,
	"announced_time" bigint NOT NULL,
	"previous" double precision,
	"forecast" double precision,
	"actual" double precision,
	"unit" text,
	"source" text NOT NULL,
	"simulated" boolean NOT NULL
);
--> statement-breakpoint
CREATE TABLE "forecasts" (
	"id" text PRIMARY KEY NOT NULL,
	"account" text NOT NULL,
	"journal_sequence" integer NOT NULL,
	"decision_id" text NOT NULL,
	"analyst" text NOT NULL,
	"symbol" text NOT NULL,
	"interval" text NOT NULL,
	"direction" text NOT NULL,
	"probability" double precision NOT NULL,
	"confidence" double precision NOT NULL,
	"mark" double precision NOT NULL,
	"made_at" bigint NOT NULL,
	"settles_at" bigint NOT NULL,
	"regime" text NOT NULL,
	"asset_class" text NOT NULL,
	"settled_at" bigint,
	"settle_mark" double precision,
	"correct" boolean,
	"brier" double precision,
	"log_score" double precision
);
--> statement-breakpoint
CREATE TABLE "journal" (
	"account" text NOT NULL,
	"sequence" integer NOT NULL,
	"time" bigint NOT NULL,
	"kind" text NOT NULL,
	"payload" text NOT NULL,
	"previous_hash" text NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "journal_account_sequence_pk" PRIMARY KEY("account","sequence")
);
--> statement-breakpoint
CREATE TABLE "journal_heads" (
	"account" text PRIMARY KEY NOT NULL,
	"sequence" integer NOT NULL,
	"hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "news" (
	"id" text PRIMARY KEY NOT NULL,
	"event_time" bigint NOT NULL,
	"receive_time" bigint NOT NULL,
	"source" text NOT NULL,
	"tier" integer NOT NULL,
	"headline" text NOT NULL,
	"summary" text,
	"url" text,
	"symbols" text[] NOT NULL,
	"simulated" boolean NOT NULL
);
--> statement-breakpoint
CREATE TABLE "fills" (
	"id" text PRIMARY KEY NOT NULL,
	"account" text NOT NULL,
	"journal_sequence" integer NOT NULL,
	"client_order_id" text NOT NULL,
	"symbol" text NOT NULL,
	"side" text NOT NULL,
	"quantity" numeric(38, 9) NOT NULL,
	"price" numeric(38, 9) NOT NULL,
	"rate" numeric(38, 9) NOT NULL,
	"fee" numeric(38, 9) NOT NULL,
	"slippage" numeric(38, 9) NOT NULL,
	"event_time" bigint NOT NULL,
	"receive_time" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "orders" (
	"client_order_id" text PRIMARY KEY NOT NULL,
	"account" text NOT NULL,
	"journal_sequence" integer NOT NULL,
	"symbol" text NOT NULL,
	"side" text NOT NULL,
	"status" text NOT NULL,
	"quantity" numeric(38, 9) NOT NULL,
	"filled_quantity" numeric(38, 9) NOT NULL,
	"decision_id" text,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL,
	"order" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "projection_marks" (
	"account" text PRIMARY KEY NOT NULL,
	"journal_sequence" integer NOT NULL,
	"hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "quotes" (
	"symbol" text NOT NULL,
	"event_time" bigint NOT NULL,
	"source" text NOT NULL,
	"bid" double precision NOT NULL,
	"ask" double precision NOT NULL,
	"receive_time" bigint NOT NULL,
	"simulated" boolean NOT NULL,
	CONSTRAINT "quotes_symbol_event_time_source_pk" PRIMARY KEY("symbol","event_time","source")
);
--> statement-breakpoint
CREATE TABLE "settings" (
	"name" text PRIMARY KEY NOT NULL,
	"value" text NOT NULL,
	"changed_by" text NOT NULL,
	"changed_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"scopes" text[] NOT NULL,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"label" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"password_hash" text,
	"created_at" bigint NOT NULL,
	CONSTRAINT "users_name_unique" UNIQUE("name")
);
--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "quarantine_symbol_receive_time_index" ON "quarantine" USING btree ("symbol","receive_time");--> statement-breakpoint
CREATE INDEX "cycles_slot_index" ON "cycles" USING btree ("slot");--> statement-breakpoint
CREATE INDEX "cycles_started_at_index" ON "cycles" USING btree ("started_at");--> statement-breakpoint
CREATE INDEX "decisions_known_at_index" ON "decisions" USING btree ("known_at");--> statement-breakpoint
CREATE INDEX "decisions_symbol_known_at_index" ON "decisions" USING btree ("symbol","known_at");--> statement-breakpoint
CREATE INDEX "economic_events_event_time_index" ON "economic_events" USING btree ("event_time");--> statement-breakpoint
CREATE INDEX "forecasts_settled_at_settles_at_index" ON "forecasts" USING btree ("settled_at","settles_at");--> statement-breakpoint
CREATE INDEX "forecasts_analyst_settled_at_index" ON "forecasts" USING btree ("analyst","settled_at");--> statement-breakpoint
CREATE INDEX "news_event_time_index" ON "news" USING btree ("event_time");--> statement-breakpoint
CREATE INDEX "news_symbols_index" ON "news" USING gin ("symbols");--> statement-breakpoint
CREATE INDEX "fills_account_event_time_index" ON "fills" USING btree ("account","event_time");--> statement-breakpoint
CREATE INDEX "fills_client_order_id_index" ON "fills" USING btree ("client_order_id");--> statement-breakpoint
CREATE INDEX "orders_account_created_at_index" ON "orders" USING btree ("account","created_at");--> statement-breakpoint
CREATE INDEX "orders_account_status_index" ON "orders" USING btree ("account","status");--> statement-breakpoint
CREATE INDEX "sessions_expires_at_index" ON "sessions" USING btree ("expires_at");