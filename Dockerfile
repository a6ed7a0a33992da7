# The desk in a container: built once with development packages, run without them as an ordinary user.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=optional --include=dev || npm ci --ignore-scripts --include=dev
COPY . .
RUN node node_modules/vite/bin/vite.js build src/web --logLevel warn

FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev --omit=optional

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data LANGSMITH_TRACING=false
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/src/web/dist ./src/web/dist
COPY package.json ./
COPY src ./src
COPY agents ./agents
COPY mcp-servers ./mcp-servers
COPY db ./db
COPY prompts ./prompts
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:3000/api/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=8", "src/cli/main.ts", "start"]
