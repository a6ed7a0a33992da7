CREATE TABLE "files" (
	"path" text PRIMARY KEY NOT NULL,
	"content" "bytea" NOT NULL,
	"revision" bigint NOT NULL
);
